Feature: Requests in an access log
  Lines about requests are counted by host, or by host and the beginning of the path, in whole segments.

  Scenario Outline: <verdict>: <should> log <comparison> requests for <pattern>, <deadline>
    Given the solo lab
    When "tell requests 2 shop.test /api/1" is run in speaker
    And "tell requests 1 shop.test /apix" is run in speaker
    And "tell requests 1 shop.testing /api/1" is run in speaker
    And "tell requests 1 port.test:8080 /" is run in speaker
    Then speaker <should> log <comparison> requests for <pattern> <deadline>

    Examples: so before, both signs, and the boundary of each comparison
      | verdict  | should     | comparison | pattern        | deadline      |
      | held     | should     | exactly 3  | shop.test      | within 2s     |
      | held     | should     | exactly 3  | shop.test      | throughout 1s |
      | held     | should     | at least 3 | shop.test      | throughout 1s |
      | held     | should     | at most 3  | shop.test      | throughout 1s |
      | violated | should     | at least 4 | shop.test      | within 1s     |
      | violated | should     | at most 2  | shop.test      | within 1s     |
      | violated | should not | exactly 3  | shop.test      | throughout 1s |
      | held     | should not | at least 4 | shop.test      | throughout 1s |
      | held     | should     | exactly 2  | shop.test/api/ | within 2s     |

    # S4, S20
    Examples: namesakes among hosts and paths
      | verdict  | should     | comparison | pattern          | deadline      |
      | held     | should     | exactly 2  | shop.test/api    | throughout 1s |
      | held     | should     | exactly 1  | shop.test/apix   | throughout 1s |
      | held     | should     | exactly 1  | shop.testing     | throughout 1s |
      | held     | should     | exactly 1  | shop.testing/api | throughout 1s |
      | held     | should     | exactly 0  | shop             | throughout 1s |
      | violated | should     | at least 3 | shop.test/api    | within 1s     |
      | held     | should     | exactly 0  | shop.test/ap     | throughout 1s |

    # S5
    Examples: the same place in another spelling
      | verdict  | should     | comparison | pattern       | deadline      |
      | held     | should     | exactly 3  | SHOP.test     | throughout 1s |
      | violated | should not | at least 3 | SHOP.test     | throughout 1s |
      | held     | should     | exactly 2  | Shop.Test/api | throughout 1s |
      | held     | should     | exactly 0  | shop.test/API | throughout 1s |

    # S7: the host is the host, whichever port is logged with it.
    Examples: a host with a port
      | verdict  | should     | comparison | pattern        | deadline      |
      | held     | should     | exactly 1  | port.test      | throughout 1s |
      | violated | should     | exactly 0  | port.test      | within 1s     |

    Examples: never asked for
      | verdict  | should     | comparison | pattern    | deadline      |
      | held     | should     | exactly 0  | inn.test   | throughout 1s |
      | violated | should     | at least 1 | inn.test   | within 1s     |
      | held     | should not | at least 1 | inn.test   | throughout 1s |

  # S7: a service without one access line may log none at all.
  Scenario Outline: inconclusive: <service>, which logged no request at all, <should> log <comparison>
    Given the solo lab
    When "tell say ship" is run in speaker
    Then <service> <should> log <comparison> requests for shop.test <deadline>

    Examples: never acted, and never was
      | service | should     | comparison | deadline      |
      | speaker | should     | exactly 0  | throughout 1s |
      | speaker | should not | at least 1 | throughout 1s |
      | speaker | should     | at least 1 | within 1s     |
      | ghost   | should     | exactly 0  | throughout 1s |
      | ghost   | should     | at least 1 | within 1s     |

  Scenario Outline: <verdict>: a request while it is watched; <should> log <comparison>, <deadline>
    Given the solo lab
    When "tell requests 1 inn.test /" is run in speaker
    And "tell after 1500 requests 1 shop.test /" is run in speaker
    Then speaker <should> log <comparison> requests for shop.test <deadline>

    Examples: becomes so
      | verdict  | should     | comparison | deadline      |
      | held     | should     | at least 1 | within 6s     |
      | violated | should     | exactly 0  | throughout 5s |
      | violated | should not | at least 1 | throughout 5s |

  # S2
  Scenario: held: three requests in one breath, within exactly 2
    Given the solo lab
    When "tell after 1500 requests 3 shop.test /" is run in speaker
    Then speaker should log exactly 2 requests for shop.test within 6s

  Scenario: violated: three requests in one breath, throughout not exactly 2
    Given the solo lab
    When "tell requests 1 shop.test /" is run in speaker
    And "tell after 1500 requests 2 shop.test /" is run in speaker
    Then speaker should not log exactly 2 requests for shop.test throughout 5s

  Scenario: held: what a service logged before it was killed
    Given the solo lab
    When "tell requests 2 shop.test /" is run in speaker
    And speaker is killed
    Then speaker should log at least 2 requests for shop.test within 2s

  # T9
  Scenario: held: five pages opened in a row are five requests
    Given the web lab
    When alice opens http://app/slow/100
    And alice opens http://app/slow/101
    And alice opens http://app/slow/102
    And alice opens http://app/slow/103
    And alice opens http://app/slow/104
    Then app should log exactly 5 requests for app/slow within 3s
    And app should log exactly 5 requests for app/slow throughout 1s

  Scenario Outline: <verdict>: two of each turn; alice <should> ask for <number> of <counted> for each of <each>
    Given the solo lab
    When "tell turns 6 h-1 2 alice" is run in speaker
    And "tell turns 6 h-10 3 alice" is run in speaker
    And "tell turns 3 inn.test 2 carol" is run in speaker
    And "tell mixed 6 alice" is run in speaker
    Then <user> <should> ask speaker for <number> of <counted> for each of <each> <deadline>

    # S20: h-10 begins like h-1, and harbour-1 like harbour.
    Examples:
      | verdict      | user  | should     | number | counted       | each           | deadline      |
      | held         | alice | should     | 2      | h-1/api       | h-1/login      | within 2s     |
      | held         | alice | should     | 2      | h-1/api       | h-1/login      | throughout 1s |
      | held         | alice | should     | 3      | h-10/api      | h-10/login     | within 2s     |
      | violated     | alice | should     | 3      | h-1/api       | h-1/login      | within 1s     |
      | violated     | alice | should     | 1      | h-1/api       | h-1/login      | within 1s     |
      | held         | alice | should not | 3      | h-1/api       | h-1/login      | throughout 1s |
      | violated     | alice | should not | 2      | h-1/api       | h-1/login      | throughout 1s |
      | held         | alice | should     | 2      | harbour       | gate.test/login | within 1s     |
      | violated     | alice | should     | 5      | harbour       | gate.test/login | within 1s     |
      | held         | alice | should     | 0      | h-1/ap        | h-1/login      | throughout 1s |
      | inconclusive | bob   | should     | 2      | h-1/api       | h-1/login      | within 1s     |
      | inconclusive | bob   | should not | 2      | h-1/api       | h-1/login      | throughout 1s |
      | inconclusive | carol | should     | 2      | inn.test/api  | inn.test/login | within 1s     |
      | inconclusive | alice | should     | 2      | h-1/api       | h-1/logi       | within 1s     |
