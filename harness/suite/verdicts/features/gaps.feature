Feature: What was not read
  A gap takes the verdict from what rests on not having seen. What was seen stays seen, and whoever did not rest on that source is judged as ever.

  # H2: so many lines of a log are read, and no more.
  Scenario Outline: <verdict>: a log of more than 200,000 lines; <service> <should> log <comparison> lines with <text>, <deadline>
    Given the solo lab
    When "tell lines 200001 noise" is run in speaker
    And "tell say needle" is run in speaker
    Then <service> <should> log <comparison> lines with "<text>" <deadline>

    Examples: by what was not seen
      | verdict      | service | should     | comparison | text   | deadline      |
      | inconclusive | speaker | should     | at least 1 | needle | within 2s     |
      | inconclusive | speaker | should not | at least 1 | needle | throughout 1s |
      | inconclusive | speaker | should     | exactly 0  | whale  | throughout 1s |

    Examples: by what was seen, and by another's log
      | verdict  | service   | should     | comparison | text   | deadline      |
      | held     | speaker   | should     | at least 9 | noise  | within 3s     |
      | violated | speaker   | should     | at most 9  | noise  | within 2s     |
      | violated | speaker   | should not | at least 9 | noise  | throughout 1s |
      | held     | speaker-1 | should not | at least 1 | needle | throughout 1s |

  # S12: of a line so much is read, and no more.
  Scenario Outline: <verdict>: a line of more than a megabyte; <service> <should> log <comparison> lines with <text>, <deadline>
    Given the solo lab
    When "tell long 1100000 needle" is run in speaker
    And "tell say ship" is run in speaker
    Then <service> <should> log <comparison> lines with "<text>" <deadline>

    Examples: by what was not seen
      | verdict      | service | should     | comparison | text   | deadline      |
      | inconclusive | speaker | should     | at least 1 | needle | within 2s     |
      | inconclusive | speaker | should not | at least 1 | needle | throughout 1s |
      | inconclusive | speaker | should     | exactly 1  | ship   | throughout 1s |

    Examples: by what was seen, and by another's log
      | verdict  | service   | should     | comparison | text   | deadline      |
      | held     | speaker   | should     | at least 1 | ship   | within 3s     |
      | violated | speaker   | should not | at least 1 | ship   | throughout 1s |
      | violated | speaker   | should     | at most 0  | ship   | within 2s     |
      | held     | speaker-1 | should not | at least 1 | needle | throughout 1s |

  # A line that begins as a record does, and is none, could be any: it may have told of what is looked for.
  Scenario Outline: <verdict>: an access line that is no JSON; <service> <should> log <comparison> <what>, <deadline>
    Given the solo lab
    When "tell requests 2 inn.test /" is run in speaker
    And "tell garbled shop.test" is run in speaker
    Then <service> <should> log <comparison> <what> <deadline>

    Examples: by what was not seen
      | verdict      | service | should     | comparison | what                   | deadline      |
      | inconclusive | speaker | should     | exactly 0  | requests for shop.test | throughout 1s |
      | inconclusive | speaker | should not | at least 1 | requests for shop.test | throughout 1s |
      | inconclusive | speaker | should     | at least 1 | requests for shop.test | within 2s     |
      | inconclusive | speaker | should     | exactly 2  | requests for inn.test  | throughout 1s |

    Examples: by what was seen, and by another's log
      | verdict  | service   | should     | comparison | what                   | deadline      |
      | held     | speaker   | should     | at least 2 | requests for inn.test  | within 2s     |
      | violated | speaker   | should not | at least 2 | requests for inn.test  | throughout 1s |
      | held     | speaker   | should     | at least 1 | lines with "shop.test" | within 2s     |
      | held     | speaker-1 | should     | exactly 0  | lines with "shop.test" | throughout 1s |

  Scenario Outline: <verdict>: who answers writes an access line that is no JSON; alice <should> be answered <answer>, <deadline>
    Given the web lab
    When alice opens http://proxy/garbled
    Then alice <should> be answered <answer> at proxy <deadline>

    Examples: whether it passed the request on is not known
      | verdict                  | should     | answer       | deadline      |
      | inconclusive             | should     | 200 by proxy | within 2s     |
      | inconclusive             | should not | 200 by proxy | throughout 1s |
      | inconclusive             | should     | 200 by app   | within 2s     |
      | violated or inconclusive | should     | 502 by proxy | within 2s     |
      | held or inconclusive     | should not | 502 by proxy | throughout 1s |

  Scenario Outline: inconclusive: the visitor is killed while she sends; <measure> <should> be <bound>, <deadline>
    Given the web lab
    When alice sends 20/s to http://app/ok
    Then the error rate of alice should be below 1% within 6s
    When visitor is killed
    Then the <measure> of alice <should> be <bound> <deadline>

    # Nothing was sent since the last When, and nobody says so: what is known of before does not count.
    Examples: a sampler that died
      | measure        | should     | bound     | deadline      |
      | error rate     | should     | below 1%  | within 2s     |
      | error rate     | should     | below 1%  | throughout 2s |
      | error rate     | should not | below 1%  | throughout 2s |
      | error rate     | should     | above 50% | within 2s     |
      | median latency | should     | below 2s  | within 2s     |
      | median latency | should not | above 2s  | throughout 2s |

  Scenario Outline: inconclusive: the visitor is killed on her way; she <should> <what>, <deadline>
    Given the web lab
    When alice opens http://app/hang in passing
    And visitor is killed
    Then alice <should> <what> <deadline>

    Examples: a visit that ends
      | should     | what                          | deadline      |
      | should not | be sent to app-1              | throughout 1s |
      | should     | be answered 200 by app at app | within 2s     |
      | should not | be answered 200 by app at app | throughout 1s |
      | should     | get no answer from app        | within 2s     |

  Scenario Outline: <verdict>: the visitor is killed after the page came; she <should> be answered, <deadline>
    Given the web lab
    When alice opens http://app/page/plain
    And visitor is killed
    Then alice <should> be answered 200 by app at app <deadline>

    Examples: by what was seen
      | verdict  | should     | deadline      |
      | held     | should     | within 2s     |
      | violated | should not | throughout 1s |

  Scenario Outline: inconclusive: who reads the lists is killed; lb-1 <should> list <comparison>, <deadline>
    Given the lists lab
    When registry is killed
    Then lb-1 <should> list <comparison> instances of web <deadline>

    Examples: a reader that dies
      | should     | comparison | deadline      |
      | should     | exactly 2  | within 2s     |
      | should not | exactly 2  | throughout 2s |
      | should     | at most 9  | throughout 2s |
