Feature: What cannot be
  Each of these is a finding of lint, at its own lines, before anything is started.

  # S7
  Scenario: refused: a pattern without a host
    Given the solo lab
    When "tell requests 1 shop.test /ok" is run in speaker
    Then speaker should log exactly 0 requests for /ok throughout 1s

  # S13
  Scenario: refused: no request a second
    Given the web lab
    When alice sends 0/s to http://app/ok
    Then the error rate of alice should be below 1% within 2s

  Scenario: refused: again and again, without any time between
    Given the web lab
    When alice asks for http://app/ok every 0ms
    Then the error rate of alice should be below 1% within 2s

  Scenario: refused: no WebSocket
    Given the web lab
    When alice holds 0 WebSockets to ws://app/socket
    Then alice should hold exactly 0 WebSockets within 2s

  # H9
  Scenario: refused: fewer than no WebSocket
    Given the web lab
    When alice holds -5 WebSockets to ws://app/socket
    Then alice should hold exactly 0 WebSockets within 2s

  Scenario: refused: more lines than can be counted
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker should log at most 99999999999999999999 lines with "ship" within 2s

  # S19
  Scenario: refused: a latency in percent
    Given the web lab
    When alice sends 20/s to http://app/ok
    Then the median latency of alice should be above 0% within 2s

  Scenario: refused: a rate of errors in milliseconds
    Given the web lab
    When alice sends 20/s to http://app/ok
    Then the error rate of alice should be above 50ms within 2s

  Scenario: refused: a rate of one status in seconds
    Given the web lab
    When alice sends 20/s to http://app/ok
    Then the rate of 503 of alice should be below 1s within 2s

  # L5
  Scenario: refused: more than all of them
    Given the web lab
    When alice sends 20/s to http://app/ok
    Then the error rate of alice should be below 150% within 2s

  Scenario: refused: no time at all
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker should be running within 0s

  Scenario: refused: fewer than none
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker should log exactly -1 lines with "ship" within 2s

  # T5
  Scenario: refused: a host that nobody is called
    Given the web lab
    When alice opens http://app/page/plain
    Then alice should not see "a ship" at http://apppp/ throughout 1s

  # T3
  Scenario: refused: a second lab
    Given the solo lab
    When "tell say ship" is run in speaker
    Given the solo lab
    Then speaker should log at least 1 lines with "ship" within 2s

  Scenario: refused: it strikes, and expects nothing
    Given the solo lab
    When speaker is killed

  Scenario: refused: a service that is not there
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speakers should be running within 2s

  Scenario: refused: a label without its quotes
    Given the solo lab
    When "tell watchdog on" is run in speaker
    Then the alert "TargetDown{job=sync}" should fire within 2s

  Scenario: refused: a state that there is none of
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker should be healthy within 2s

  Scenario: refused: a tier that is not there
    Given the lists lab
    When "tell list lb-1 empty" is run in registry
    Then lb-1 should list exactly 0 instances of webs within 2s

  Scenario: refused: no deadline
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker should be running

  Scenario: refused: a list of a service that has none
    Given the lists lab
    When "tell list lb-1 empty" is run in registry
    Then visitor should list exactly 0 instances of web within 2s

  # Only services listed under `speaks` write records.
  Scenario: refused: requests of a service that does not speak
    Given the solo lab
    When "tell requests 2 shop.test /" is run in speaker-1
    Then speaker-1 should log exactly 2 requests for shop.test within 2s

  # S23
  Scenario: refused: for longer than a step may take
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker should be running throughout 6m
