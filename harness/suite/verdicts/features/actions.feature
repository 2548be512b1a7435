Feature: What came of an action
  The last of an action on a target, over the whole scenario. Where there was none, there is no verdict.

  Scenario Outline: <verdict>: a deploy that was a success; <should> be <outcome>, <deadline>
    Given the solo lab
    When "tell action deploy shop success" is run in speaker
    Then the last deploy of shop <should> be <outcome> <deadline>

    Examples: so before, both signs
      | verdict  | should     | outcome | deadline      |
      | held     | should     | success | within 2s     |
      | held     | should     | success | throughout 1s |
      | violated | should     | failure | within 1s     |
      | violated | should     | refused | within 1s     |
      | held     | should not | failure | throughout 1s |
      | violated | should not | success | throughout 1s |
      | violated | should not | success | within 1s     |

  Scenario Outline: <verdict>: a success and then a failure; <should> be <outcome>, <deadline>
    Given the solo lab
    When "tell action deploy shop success" is run in speaker
    And "tell action deploy shop failure" is run in speaker
    Then the last deploy of shop <should> be <outcome> <deadline>

    Examples: so before and not after
      | verdict  | should     | outcome | deadline      |
      | violated | should     | success | within 1s     |
      | held     | should not | success | throughout 1s |
      | held     | should     | failure | within 2s     |
      | violated | should not | failure | throughout 1s |

  # S14
  Scenario Outline: inconclusive: <what>; <should> be success, <deadline>
    Given the solo lab
    When "<told>" is run in <service>
    Then the last deploy of shop <should> be success <deadline>

    Examples: never was, and namesakes
      | what                               | told                              | service   | should     | deadline      |
      | nothing was deployed               | tell say ship                     | speaker   | should     | within 1s     |
      | nothing was deployed               | tell say ship                     | speaker   | should not | throughout 1s |
      | another target was deployed        | tell action deploy shop-1 success | speaker   | should     | within 1s     |
      | another target was deployed        | tell action deploy shop-1 success | speaker   | should not | throughout 1s |
      | another action was done            | tell action deploys shop success  | speaker   | should     | within 1s     |
      | another action was done            | tell action deploys shop success  | speaker   | should not | throughout 1s |
      | a service that does not speak said | tell action deploy shop success   | speaker-1 | should     | within 1s     |
      | a service that does not speak said | tell action deploy shop success   | speaker-1 | should not | throughout 1s |

  Scenario Outline: <verdict>: a failure, then a success while it is watched; <should> be success, <deadline>
    Given the solo lab
    When "tell action deploy shop failure" is run in speaker
    And "tell after 1500 action deploy shop success" is run in speaker
    Then the last deploy of shop <should> be success <deadline>

    Examples: becomes so
      | verdict  | should     | deadline      |
      | held     | should     | within 6s     |
      | violated | should     | throughout 5s |
      | violated | should not | throughout 5s |

  Scenario: held: a deploy outlives the service that said it
    Given the solo lab
    When "tell action deploy shop success" is run in speaker
    And speaker is killed
    Then the last deploy of shop should be success within 2s

  Scenario Outline: <verdict>: a command that ends with <code>; the last run <should> be <outcome>
    Given the solo lab
    When "sh -c 'exit <code>'" is run in speaker
    Then the last run of speaker <should> be <outcome> <deadline>

    # S21: 126 and 127 can be a command's own.
    Examples: both signs, and the boundary
      | verdict  | code | should     | outcome | deadline      |
      | held     | 0    | should     | success | within 2s     |
      | violated | 0    | should     | failure | within 1s     |
      | violated | 0    | should not | success | throughout 1s |
      | held     | 1    | should     | failure | within 2s     |
      | held     | 255  | should not | success | throughout 1s |
      | held     | 126  | should     | failure | within 2s     |
      | held     | 127  | should     | failure | within 2s     |
      | violated | 127  | should     | success | within 1s     |

  Scenario Outline: <verdict>: it ran in <service>; the last run of speaker <should> be success
    Given the solo lab
    When "true" is run in <service>
    Then the last run of speaker <should> be success <deadline>

    Examples: namesake
      | verdict      | service   | should     | deadline      |
      | inconclusive | speaker-1 | should     | within 1s     |
      | inconclusive | speaker-1 | should not | throughout 1s |
      | held         | speaker   | should     | within 1s     |

  Scenario: violated: it ran well, and then badly
    Given the solo lab
    When "true" is run in speaker
    And "false" is run in speaker
    Then the last run of speaker should be success within 1s

  # S13: what could not be done leaves no verdict, whatever stands there.
  Scenario Outline: inconclusive: a command in a service that is <change>; what was so before is so
    Given the solo lab
    When "tell action deploy shop success" is run in speaker-1
    And "true" is run in speaker-1
    And speaker is <change>
    And "tell say ship" is run in speaker
    Then the last run of speaker-1 should be success within 1s

    Examples: dead
      | change  |
      | killed  |
      | removed |
      | stopped |

  # T15: the gravest counts.
  Scenario: violated: one Then is violated, and a later one has no verdict
    Given the solo lab
    When "false" is run in speaker
    And speaker is killed
    Then the last run of speaker should be success within 1s
    And speaker should run exactly 1 processes within 1s

  Scenario: violated: one Then has no verdict, and a later one is violated
    Given the solo lab
    When "false" is run in speaker
    And speaker is killed
    Then speaker should run exactly 1 processes within 1s
    And the last run of speaker should be success within 1s

  Scenario: inconclusive: one Then has no verdict, and all others are held
    Given the solo lab
    When "true" is run in speaker
    Then the last run of speaker should be success within 1s
    And the last deploy of shop should be success within 1s
    And speaker should be running within 1s
