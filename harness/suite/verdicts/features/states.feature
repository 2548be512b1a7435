Feature: The state of a service
  What looks show that began after this Then did.

  Scenario Outline: <verdict>: a service that runs; <should> be <state>, <deadline>
    Given the solo lab
    When "tell say ship" is run in speaker
    Then speaker <should> be <state> <deadline>

    Examples: so, both signs
      | verdict  | should     | state   | deadline      |
      | held     | should     | running | within 2s     |
      | held     | should     | running | throughout 1s |
      | violated | should     | exited  | within 1s     |
      | violated | should     | paused  | throughout 1s |
      | violated | should     | removed | within 1s     |
      | held     | should not | exited  | throughout 1s |
      | violated | should not | running | throughout 1s |
      | violated | should not | running | within 1s     |

  Scenario Outline: <verdict>: a service that was <change>; <should> be <state>, <deadline>
    Given the solo lab
    When speaker is <change>
    Then speaker <should> be <state> <deadline>

    Examples: so before and not after
      | verdict  | change    | should     | state   | deadline      |
      | held     | killed    | should     | exited  | within 2s     |
      | violated | killed    | should     | running | within 1s     |
      | violated | killed    | should     | running | throughout 1s |
      | held     | killed    | should not | running | throughout 1s |
      | violated | killed    | should not | exited  | throughout 1s |
      | held     | stopped   | should     | exited  | within 2s     |
      | violated | stopped   | should     | running | within 1s     |
      | held     | paused    | should     | paused  | throughout 1s |
      | violated | paused    | should     | running | within 1s     |
      | held     | paused    | should not | running | throughout 1s |
      | violated | paused    | should     | exited  | within 1s     |
      | held     | removed   | should     | removed | within 2s     |
      | violated | removed   | should     | running | within 1s     |
      | violated | removed   | should not | removed | throughout 1s |
      | held     | restarted | should     | running | throughout 1s |
      | violated | restarted | should     | exited  | within 1s     |

  # T20: it is running; there was nothing to do.
  Scenario: held: a service that runs is started
    Given the solo lab
    When speaker is started
    Then speaker should be running throughout 1s

  Scenario: held: a service that was killed and started again
    Given the solo lab
    When speaker is killed
    And speaker is started
    Then speaker should be running throughout 1s

  Scenario: violated: a service that was paused and resumed should be paused
    Given the solo lab
    When speaker is paused
    And speaker is resumed
    Then speaker should be paused within 1s

  Scenario Outline: <verdict>: its namesake was killed; <service> <should> be <state>
    Given the solo lab
    When speaker-1 is killed
    Then <service> <should> be <state> <deadline>

    Examples: namesake
      | verdict  | service   | should     | state   | deadline      |
      | held     | speaker   | should     | running | throughout 1s |
      | violated | speaker   | should     | exited  | within 1s     |
      | held     | speaker-1 | should     | exited  | within 2s     |
      | violated | speaker-1 | should not | exited  | throughout 1s |

  Scenario Outline: <verdict>: it ends while it is watched; <should> be <state>, <deadline>
    Given the solo lab
    When "tell after 1500 exit 3" is run in speaker
    Then speaker <should> be <state> <deadline>

    Examples: becomes so
      | verdict  | should     | state   | deadline      |
      | held     | should     | exited  | within 6s     |
      | violated | should     | running | throughout 5s |
      | violated | should not | exited  | throughout 5s |

  # S2: it is down for a tenth of a second.
  @phoenix
  Scenario Outline: <verdict>: it ends, and the engine starts it again at once; <should> be <state>, <deadline>
    Given the solo lab
    When "tell after 1500 exit 3" is run in phoenix
    Then phoenix <should> be <state> <deadline>

    Examples: flashes
      | verdict  | should     | state   | deadline      |
      | held     | should     | exited  | within 6s     |
      | violated | should     | running | throughout 5s |
      | violated | should not | exited  | throughout 5s |

  # S14
  Scenario Outline: inconclusive: a service that was never raised <should> be <state>, <deadline>
    Given the solo lab
    When "tell say ship" is run in speaker
    Then ghost <should> be <state> <deadline>

    Examples: never was
      | should     | state   | deadline      |
      | should     | running | within 1s     |
      | should not | running | throughout 1s |
      | should     | exited  | within 1s     |
      | should not | exited  | throughout 1s |
      | should     | removed | within 1s     |
      | should not | removed | throughout 1s |

  # T6: a lab with a service in a crash loop is not raised.
  Scenario Outline: inconclusive: a service that ends as soon as it is started; <service> <should> be <state>
    Given the crash lab
    When "tell say ship" is run in speaker
    Then <service> <should> be <state> <deadline>

    Examples:
      | service | should     | state   | deadline      |
      | crasher | should     | running | within 2s     |
      | crasher | should not | running | throughout 1s |
      | speaker | should     | running | within 2s     |

  # T6
  Scenario: inconclusive: a service that ends as soon as it is started should log nothing
    Given the crash lab
    When "tell say ship" is run in speaker
    Then crasher should log exactly 0 lines with "panic" throughout 1s
