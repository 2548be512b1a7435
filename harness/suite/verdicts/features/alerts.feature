Feature: Alerts
  What somebody was told last. That nobody was told of an alert means something only where a dead-man's switch is told all the time.

  Background:
    Given the solo lab

  Scenario Outline: <verdict>: <name> fires; <alert> <should> <be>, <deadline>
    When "tell watchdog on" is run in speaker
    And "tell alert <name> firing job=sync" is run in speaker
    Then the alert '<alert>' <should> <be> <deadline>

    Examples: so, both signs
      | verdict  | name        | alert       | should     | be          | deadline      |
      | held     | SlotsFrozen | SlotsFrozen | should     | fire        | within 2s     |
      | violated | SlotsFrozen | SlotsFrozen | should not | fire        | throughout 1s |
      | violated | SlotsFrozen | SlotsFrozen | should     | be resolved | within 1s     |
      | held     | SlotsFrozen | SlotsFrozen | should not | be resolved | throughout 1s |

    Examples: never was, and namesakes
      | verdict  | name             | alert                   | should     | be          | deadline      |
      | violated | SlotsFrozenAgain | SlotsFrozen             | should     | fire        | within 1s     |
      | held     | SlotsFrozenAgain | SlotsFrozen             | should not | fire        | throughout 1s |
      | violated | Slots            | SlotsFrozen             | should     | fire        | within 1s     |
      | violated | Other            | SlotsFrozen             | should     | be resolved | within 1s     |
      | held     | Other            | SlotsFrozen             | should not | be resolved | throughout 1s |
      | held     | TargetDown       | TargetDown{job="sync"}  | should     | fire        | within 2s     |
      | violated | TargetDown       | TargetDown{job="syn"}   | should     | fire        | within 1s     |
      | held     | TargetDown       | TargetDown{job="sync1"} | should not | fire        | throughout 1s |

  # S23
  Scenario: held: a label with a comma in it
    When "tell watchdog on" is run in speaker
    And "tell alert TargetDown firing job=a,b" is run in speaker
    Then the alert 'TargetDown{job="a,b"}' should fire within 2s

  Scenario Outline: <verdict>: it fired and is resolved; <should> <be>, <deadline>
    When "tell watchdog on" is run in speaker
    And "tell alert SlotsFrozen firing" is run in speaker
    And "tell alert SlotsFrozen resolved" is run in speaker
    Then the alert "SlotsFrozen" <should> <be> <deadline>

    Examples: so before and not after
      | verdict  | should     | be          | deadline      |
      | violated | should     | fire        | within 1s     |
      | held     | should not | fire        | throughout 1s |
      | held     | should     | be resolved | within 2s     |
      | violated | should not | be resolved | throughout 1s |

  Scenario Outline: <verdict>: it fires while it is watched; <should> <be>, <deadline>
    When "tell watchdog on" is run in speaker
    And "tell after 1500 alert SlotsFrozen firing" is run in speaker
    Then the alert "SlotsFrozen" <should> <be> <deadline>

    Examples: becomes so
      | verdict  | should     | be   | deadline      |
      | held     | should     | fire | within 6s     |
      | violated | should not | fire | throughout 5s |

  # S2
  Scenario Outline: <verdict>: it fires and at once is resolved; <should> <be>, <deadline>
    When "tell watchdog on" is run in speaker
    And "tell after 1500 both SlotsFrozen" is run in speaker
    Then the alert "SlotsFrozen" <should> <be> <deadline>

    Examples: flashes
      | verdict  | should     | be          | deadline      |
      | held     | should     | fire        | within 6s     |
      | violated | should not | fire        | throughout 5s |
      | held     | should     | be resolved | within 6s     |

  Scenario Outline: inconclusive: nobody is told of anything; <should> <be>, <deadline>
    When "tell say ship" is run in speaker
    Then the alert "SlotsFrozen" <should> <be> <deadline>

    Examples: without a dead-man's switch
      | should     | be          | deadline      |
      | should     | fire        | within 1s     |
      | should not | fire        | throughout 1s |
      | should     | be resolved | within 1s     |
      | should not | be resolved | throughout 1s |

  # Only services listed under `speaks` write records.
  Scenario: violated: a service that does not speak says that it fires
    When "tell watchdog on" is run in speaker
    And "tell alert SlotsFrozen firing" is run in speaker-1
    Then the alert "SlotsFrozen" should fire within 2s

  # S1: from the second second to the ninth nobody was told of anything.
  Scenario Outline: <verdict>: a silence in the middle, <what>; <should> fire, throughout 12s
    When "tell watchdog on" is run in speaker
    And "tell after 1000 watchdog off" is run in speaker
    And "tell after 9000 watchdog on" is run in speaker
    And "tell after 9500 alert <name> firing" is run in speaker
    Then the alert "SlotsFrozen" <should> fire throughout 12s

    Examples: a gap in the middle
      | verdict      | what                    | name        | should     |
      | inconclusive | and it does not fire    | Other       | should not |
      | violated     | and it fires afterwards | SlotsFrozen | should not |

  Scenario: inconclusive: whoever is told has ended
    When "tell watchdog on" is run in speaker
    And speaker is killed
    Then the alert "SlotsFrozen" should not fire throughout 7s
