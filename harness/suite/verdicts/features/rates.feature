Feature: Figures of a user's requests, and WebSockets
  A rate is of requests sent since the last When; one that is still out counts as an error once it is out for longer than the load's own
  timeout, and for a latency once it is out for longer than the bound. Fewer than ten say nothing.

  Scenario Outline: <verdict>: every answer is <gate>; <measure> <should> be <bound>, <deadline>
    Given the web lab
    When "tell gate <gate>" is run in app
    And alice sends 20/s to http://app/gate
    Then the <measure> of alice <should> be <bound> <deadline>

    Examples: errors, both signs
      | verdict  | gate | measure    | should     | bound     | deadline      |
      | held     | 200  | error rate | should     | below 1%  | within 5s     |
      | violated | 200  | error rate | should     | above 1%  | within 4s     |
      | held     | 200  | error rate | should not | above 1%  | within 5s     |
      | violated | 200  | error rate | should not | below 1%  | within 4s     |
      | held     | 503  | error rate | should     | above 99% | within 5s     |
      | violated | 503  | error rate | should     | below 99% | within 4s     |
      | held     | 404  | error rate | should     | above 99% | within 5s     |
      | held     | 302  | error rate | should     | below 1%  | within 5s     |

    Examples: one status, the boundaries, and namesakes
      | verdict  | gate | measure     | should     | bound      | deadline  |
      | held     | 503  | rate of 503 | should     | above 99%  | within 5s |
      | violated | 503  | rate of 503 | should     | below 99%  | within 4s |
      | held     | 503  | rate of 502 | should     | below 1%   | within 5s |
      | violated | 503  | rate of 502 | should     | above 0%   | within 4s |
      | violated | 200  | error rate  | should     | above 0%   | within 4s |
      | held     | 200  | rate of 200 | should     | above 99%  | within 5s |

    Examples: some of them
      | verdict  | gate       | measure     | should     | bound     | deadline  |
      | held     | each 2 503 | error rate  | should     | above 30% | within 5s |
      | held     | each 2 503 | error rate  | should     | below 70% | within 5s |
      | violated | each 2 503 | error rate  | should     | above 80% | within 4s |
      | held     | each 4 503 | rate of 200 | should     | above 50% | within 5s |
      | violated | each 4 503 | rate of 503 | should     | above 60% | within 4s |

    Examples: how long they took
      | verdict  | gate             | measure        | should     | bound       | deadline  |
      | held     | slow 800         | median latency | should     | above 600ms | within 6s |
      | violated | slow 800         | median latency | should     | below 600ms | within 5s |
      | held     | 200              | median latency | should     | below 2s    | within 5s |
      | violated | 200              | median latency | should     | above 10s   | within 4s |
      | held     | each 3 slow 2000 | p95 latency    | should     | above 1s    | within 8s |
      | held     | each 3 slow 2000 | median latency | should     | below 1500ms | within 8s |
      | held     | each 3 slow 2000 | median latency | should not | above 1500ms | within 8s |

  Scenario Outline: <verdict>: it was <before>, and is <after>; <measure> <should> be <bound>, <deadline>
    Given the web lab
    When "tell gate <before>" is run in app
    And alice sends 20/s to http://app/gate
    Then the error rate of alice should be <first> within 6s
    When "tell gate <after>" is run in app
    Then the <measure> of alice <should> be <bound> <deadline>

    # T32
    Examples: so before and not after
      | verdict  | before | after    | first     | measure        | should     | bound       | deadline      |
      | violated | 200    | 503      | below 1%  | error rate     | should     | below 50%   | within 3s     |
      | held     | 200    | 503      | below 1%  | error rate     | should     | above 50%   | within 4s     |
      | violated | 200    | 503      | below 1%  | error rate     | should not | above 50%   | throughout 4s |
      | violated | 503    | 200      | above 99% | error rate     | should     | above 50%   | within 3s     |
      | held     | 503    | 200      | above 99% | error rate     | should     | below 50%   | within 4s     |
      | held     | 200    | slow 900 | below 1%  | median latency | should     | above 600ms | within 6s     |

  # T32: those that are out are in no figure yet, and are errors once they are out for longer than the load waits for an answer.
  Scenario Outline: <verdict>: the app is frozen while she sends; <measure> <should> be <bound>, <deadline>
    Given the web lab
    When alice sends 20/s to http://app/gate
    Then the error rate of alice should be below 1% within 6s
    When app is paused
    Then the <measure> of alice <should> be <bound> <deadline>

    Examples:
      | verdict      | measure        | should     | bound       | deadline      |
      | inconclusive | error rate     | should     | below 1%    | within 2s     |
      | inconclusive | error rate     | should not | above 1%    | throughout 2s |
      | held         | error rate     | should     | above 90%   | within 20s    |
      | held         | median latency | should     | above 500ms | within 5s     |
      | violated     | median latency | should     | below 500ms | within 4s     |

  # T19: those that fail afterwards were sent before.
  Scenario Outline: <verdict>: requests from before a change fail after it; the error rate <should> be <bound>, <deadline>
    Given the web lab
    When alice sends 20/s to http://app/held
    Then app should be running throughout 2s
    When "tell release" is run in app
    Then the error rate of alice <should> be <bound> <deadline>

    Examples:
      | verdict  | should     | bound     | deadline      |
      | violated | should     | above 20% | within 3s     |
      | held     | should not | above 20% | throughout 3s |
      | held     | should     | below 1%  | within 4s     |

  Scenario Outline: <verdict>: the app is killed while she sends; <measure> <should> be <bound>, <deadline>
    Given the web lab
    When alice sends 20/s to http://app/gate
    Then the error rate of alice should be below 1% within 6s
    When app is killed
    Then the <measure> of alice <should> be <bound> <deadline>

    Examples: dead
      | verdict  | measure    | should     | bound     | deadline   |
      | held     | error rate | should     | above 90% | within 20s |
      | violated | error rate | should     | below 50% | within 16s |

  Scenario Outline: <verdict>: its namesake fails; the error rate of <who> <should> be below 1%
    Given the web lab
    When "tell gate 503" is run in app-1
    And alice sends 20/s to http://app/gate
    And alice1 sends 20/s to http://app-1/gate
    Then the error rate of <who> <should> be below 1% <deadline>

    Examples: namesake
      | verdict  | who    | should     | deadline  |
      | held     | alice  | should     | within 5s |
      | violated | alice1 | should     | within 4s |
      | held     | alice1 | should not | within 5s |

  Scenario Outline: <verdict>: it fails from the third second on; the error rate <should> be <bound>, <deadline>
    Given the web lab
    When "tell after 3000 gate 503" is run in app
    And alice sends 20/s to http://app/gate
    Then the error rate of alice <should> be <bound> <deadline>

    Examples: becomes so
      | verdict  | should     | bound     | deadline      |
      | held     | should     | above 40% | within 12s    |
      | violated | should not | above 40% | throughout 9s |

  Scenario Outline: inconclusive: <what>; the error rate <should> be below 1%, <deadline>
    Given the web lab
    When <who> asks for http://app/gate every <time>
    Then the error rate of alice <should> be below 1% <deadline>

    Examples: never acted, too few, and a namesake
      | what                 | who    | time  | should     | deadline      |
      | she never asked      | bob    | 50ms  | should     | within 2s     |
      | she never asked      | bob    | 50ms  | should not | throughout 2s |
      | her namesake asks    | alice1 | 50ms  | should     | within 2s     |
      | her namesake asks    | alice1 | 50ms  | should not | throughout 2s |
      | she asks too seldom  | alice  | 900ms | should     | within 2s     |
      | she asks too seldom  | alice  | 900ms | should not | throughout 2s |

  # What she asked for before is from before.
  Scenario Outline: inconclusive: she left; the <measure> <should> be <bound>, <deadline>
    Given the web lab
    When alice asks for http://app/gate every 50ms
    Then the error rate of alice should be below 1% within 6s
    When alice leaves
    Then the <measure> of alice <should> be <bound> <deadline>

    Examples: so before and not after
      | measure        | should     | bound    | deadline      |
      | error rate     | should     | below 1% | within 1s     |
      | error rate     | should not | below 1% | throughout 1s |
      | median latency | should     | below 5s | within 1s     |

  Scenario Outline: <verdict>: she asks again and again, and gets <gate>; the error rate <should> be <bound>
    Given the web lab
    When "tell gate <gate>" is run in app
    And alice asks for http://app/gate every 50ms
    Then the error rate of alice <should> be <bound> <deadline>

    Examples:
      | verdict  | gate | should | bound     | deadline  |
      | held     | 200  | should | below 1%  | within 6s |
      | held     | 503  | should | above 90% | within 6s |
      | violated | 503  | should | below 90% | within 4s |

  # T16, S13: without the run's authority she cannot ask by https at all, and whatever was not asked has no error rate.
  Scenario: inconclusive: she sends by https, where there is no authority
    Given the web lab
    When alice sends 20/s to https://app/gate
    Then the error rate of alice should be above 90% within 15s

  Scenario Outline: <verdict>: she holds three WebSockets; she <should> hold <comparison>, <deadline>
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    # All are open.
    Then alice should hold exactly 3 WebSockets within 5s
    When "tell say ship" is run in app
    Then alice <should> hold <comparison> WebSockets <deadline>

    Examples: so, both signs, and the boundary of each comparison
      | verdict  | should     | comparison | deadline      |
      | held     | should     | exactly 3  | within 3s     |
      | held     | should     | exactly 3  | throughout 2s |
      | held     | should     | at most 3  | throughout 1s |
      | violated | should     | at least 4 | within 2s     |
      | violated | should     | at most 2  | within 2s     |
      | violated | should not | exactly 3  | throughout 2s |
      | held     | should not | at least 4 | throughout 1s |

  Scenario Outline: <verdict>: she held three and one was lost; she <should> hold <comparison>, <deadline>
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    Then alice should hold exactly 3 WebSockets within 5s
    When "tell drop 1" is run in app
    Then alice <should> hold <comparison> WebSockets <deadline>

    Examples: so before and not after
      | verdict  | should     | comparison | deadline      |
      | held     | should     | exactly 2  | within 4s     |
      | violated | should not | exactly 2  | throughout 4s |

  Scenario Outline: <verdict>: one is lost while it is watched; she <should> hold <comparison>, <deadline>
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    Then alice should hold exactly 3 WebSockets within 5s
    When "tell after 1500 drop 1" is run in app
    Then alice <should> hold <comparison> WebSockets <deadline>

    Examples: becomes so
      | verdict  | should     | comparison | deadline      |
      | held     | should     | at most 2  | within 7s     |
      | violated | should     | at least 3 | throughout 6s |
      | violated | should not | at most 2  | throughout 6s |

  # S2: between two looks she held two.
  Scenario: held: two are lost in one breath, within exactly 2
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    Then alice should hold exactly 3 WebSockets within 5s
    When "tell after 1500 drop 2" is run in app
    Then alice should hold exactly 2 WebSockets within 7s

  # S16
  Scenario Outline: inconclusive: she held three and left; she <should> hold <comparison>, <deadline>
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    Then alice should hold exactly 3 WebSockets within 5s
    When alice leaves
    Then alice <should> hold <comparison> WebSockets <deadline>

    Examples: so before and not after
      | should     | comparison | deadline      |
      | should     | exactly 3  | within 1s     |
      | should not | exactly 3  | throughout 1s |
      | should     | exactly 3  | throughout 1s |

  Scenario Outline: <verdict>: the app is <change> while she holds three; she <should> hold <comparison>
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    Then alice should hold exactly 3 WebSockets within 5s
    When app is <change>
    Then alice <should> hold <comparison> WebSockets <deadline>

    Examples: dead
      | verdict  | change | should     | comparison | deadline      |
      | held     | killed | should     | exactly 0  | within 6s     |
      | violated | killed | should     | at least 1 | throughout 6s |
      | held     | paused | should     | exactly 0  | within 10s    |

  Scenario Outline: inconclusive: somebody who holds nothing <should> hold <comparison>, <deadline>
    Given the web lab
    When alice holds 3 WebSockets to ws://app/socket
    Then alice should hold exactly 3 WebSockets within 5s
    And <who> <should> hold <comparison> WebSockets <deadline>

    Examples: never acted, and a namesake
      | who    | should     | comparison | deadline      |
      | bob    | should     | exactly 0  | within 1s     |
      | bob    | should not | at least 1 | throughout 1s |
      | alice1 | should     | exactly 3  | within 1s     |
