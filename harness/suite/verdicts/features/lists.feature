Feature: Lists of a tier
  Lists are read all along; a look counts from this Then on, and what a list had in between counts as well.

  Background:
    Given the lists lab

  Scenario Outline: <verdict>: the list has <reading>; it <should> have <comparison>, <deadline>
    When "tell list lb-1 <reading>" is run in registry
    Then lb-1 <should> list <comparison> instances of web <deadline>

    Examples: so, both signs, and the boundary of each comparison
      | verdict  | reading                                  | should     | comparison | deadline      |
      | held     | 10.9.0.1:80,10.9.0.2:80                  | should     | exactly 2  | within 3s     |
      | held     | 10.9.0.1:80,10.9.0.2:80                  | should     | exactly 2  | throughout 2s |
      | held     | 10.9.0.1:80,10.9.0.2:80                  | should     | at least 2 | throughout 1s |
      | held     | 10.9.0.1:80,10.9.0.2:80                  | should     | at most 2  | throughout 1s |
      | violated | 10.9.0.1:80,10.9.0.2:80                  | should     | at least 3 | within 2s     |
      | violated | 10.9.0.1:80,10.9.0.2:80                  | should     | at most 1  | within 2s     |
      | violated | 10.9.0.1:80,10.9.0.2:80                  | should not | exactly 2  | throughout 2s |
      | held     | 10.9.0.1:80,10.9.0.2:80                  | should not | at least 3 | throughout 2s |
      | held     | 10.9.0.1:80,10.9.0.2:80,10.9.0.3:80/maint | should    | exactly 2  | within 3s     |
      | held     | empty                                    | should     | exactly 0  | within 3s     |
      | violated | empty                                    | should     | at least 1 | within 2s     |

    # It had two before.
    Examples: so before and not after
      | verdict  | reading     | should     | comparison | deadline      |
      | violated | 10.9.0.1:80 | should     | exactly 2  | within 2s     |
      | held     | 10.9.0.1:80 | should not | exactly 2  | throughout 2s |
      | held     | 10.9.0.1:80 | should     | exactly 1  | within 3s     |

    Examples: a gap
      | verdict      | reading | should     | comparison | deadline      |
      | inconclusive | broken  | should     | exactly 2  | within 2s     |
      | inconclusive | broken  | should not | exactly 2  | throughout 2s |
      | inconclusive | broken  | should     | exactly 0  | within 2s     |
      | inconclusive | ends    | should     | exactly 2  | within 2s     |
      | inconclusive | ends    | should not | at least 3 | throughout 3s |
      | inconclusive | silent  | should     | exactly 2  | throughout 4s |
      | inconclusive | silent  | should not | at least 3 | throughout 4s |

  Scenario Outline: <verdict>: <service> lists <comparison> of <tier>
    When "tell list lb-1 10.9.0.1:80" is run in registry
    Then <service> <should> list <comparison> instances of <tier> <deadline>

    Examples: namesakes
      | verdict      | service  | should     | comparison | tier  | deadline      |
      | held         | lb-2     | should     | exactly 2  | web   | within 3s     |
      | violated     | lb-2     | should     | exactly 1  | web   | within 2s     |
      | held         | registry | should     | exactly 3  | web-1 | within 3s     |
      | held         | registry | should     | exactly 2  | web   | within 3s     |
      | violated     | registry | should     | exactly 3  | web   | within 2s     |

    # S14: nobody reads that list.
    Examples: never was
      | verdict      | service | should     | comparison | tier | deadline      |
      | inconclusive | lb-10   | should     | exactly 1  | web  | within 2s     |
      | inconclusive | lb-10   | should     | exactly 0  | web  | within 2s     |
      | inconclusive | lb-10   | should not | exactly 1  | web  | throughout 2s |

  Scenario Outline: <verdict>: the list changes while it is watched; it <should> have <comparison>
    When "tell after 1500 list lb-1 10.9.0.1:80" is run in registry
    Then lb-1 <should> list <comparison> instances of web <deadline>

    Examples: becomes so
      | verdict  | should     | comparison | deadline      |
      | held     | should     | exactly 1  | within 6s     |
      | violated | should     | exactly 2  | throughout 5s |
      | violated | should not | exactly 1  | throughout 5s |

  # S2
  Scenario Outline: <verdict>: it has one for a moment; it <should> have <comparison>
    When "tell after 1500 list lb-1 10.9.0.1:80 then 10.9.0.1:80,10.9.0.2:80" is run in registry
    Then lb-1 <should> list <comparison> instances of web <deadline>

    Examples: flashes
      | verdict  | should     | comparison | deadline      |
      | held     | should     | exactly 1  | within 6s     |
      | violated | should     | exactly 2  | throughout 5s |
      | violated | should not | exactly 1  | throughout 5s |

  # S1
  Scenario Outline: <verdict>: the list is <gap> from the third second to the sixth, then <after>; it <should> have exactly <number>
    When "tell after 2500 list lb-1 <gap>" is run in registry
    And "tell after 6000 list lb-1 <after>" is run in registry
    Then lb-1 <should> list exactly <number> instances of web throughout 8s

    Examples: a gap in the middle
      | verdict      | gap    | after                   | should     | number |
      | inconclusive | silent | 10.9.0.1:80,10.9.0.2:80 | should     | 2      |
      | inconclusive | broken | 10.9.0.1:80,10.9.0.2:80 | should     | 2      |
      | inconclusive | broken | 10.9.0.1:80,10.9.0.2:80 | should not | 1      |
      | violated     | broken | 10.9.0.1:80             | should     | 2      |
      | violated     | silent | 10.9.0.1:80             | should not | 1      |
      | violated     | broken | 10.9.0.1:80             | should not | 2      |

  # What was seen before a gap stays seen.
  Scenario: held: the list was read before it could not be
    When "tell after 3000 list lb-1 broken" is run in registry
    Then lb-1 should list exactly 2 instances of web within 8s

  # S15: a list of a dead service, read from elsewhere.
  Scenario Outline: inconclusive: the list's owner is <change>; it <should> have <comparison>
    When lb-1 is <change>
    Then lb-1 <should> list <comparison> instances of web <deadline>

    Examples: dead
      | change  | should     | comparison | deadline      |
      | killed  | should     | exactly 2  | within 2s     |
      | killed  | should not | exactly 3  | throughout 2s |
      | removed | should     | exactly 2  | within 2s     |
      | stopped | should not | exactly 2  | throughout 2s |

  # T21
  Scenario: held: who reads the lists was frozen, and reads again
    When registry is paused
    And registry is resumed
    Then registry should list exactly 2 instances of web within 4s

  Scenario: inconclusive: who reads the lists is frozen
    When registry is paused
    Then lb-1 should list exactly 2 instances of web throughout 4s

  Scenario Outline: <verdict>: one list has <reading>; it <should> have <comparison> stale instances
    When "tell list lb-1 <reading>" is run in registry
    Then lb-1 <should> list <comparison> stale instances of web <deadline>

    Examples: so, never was, and the boundary
      | verdict      | reading                             | should     | comparison | deadline      |
      | held         | 10.9.0.1:80,10.9.0.2:80             | should     | exactly 0  | throughout 2s |
      | held         | 10.9.0.1:80                         | should     | exactly 0  | within 3s     |
      | held         | 10.9.0.1:80,10.9.0.9:80             | should     | exactly 1  | within 3s     |
      | held         | 10.9.0.1:80,10.9.0.2:8080           | should     | exactly 1  | within 3s     |
      | violated     | 10.9.0.1:80,10.9.0.9:80             | should     | exactly 0  | within 2s     |
      | violated     | 10.9.0.1:80,10.9.0.9:80             | should     | exactly 2  | within 2s     |
      | violated     | 10.9.0.1:80,10.9.0.9:80             | should not | at least 1 | throughout 2s |
      | held         | 10.9.0.1:80,10.9.0.9:80             | should not | at least 2 | throughout 2s |
      | held         | 10.9.0.1:80,10.9.0.9:80/maint       | should     | exactly 0  | within 3s     |
      | inconclusive | broken                              | should     | exactly 0  | within 2s     |

  Scenario Outline: <verdict>: the catalogue has <reading>; the other list <should> have <comparison> stale instances
    When "tell list registry <reading>" is run in registry
    Then lb-1 <should> list <comparison> stale instances of web <deadline>

    Examples:
      | verdict      | reading     | should     | comparison | deadline      |
      | held         | 10.9.0.1:80 | should     | exactly 1  | within 3s     |
      | violated     | 10.9.0.1:80 | should     | exactly 0  | within 2s     |
      | held         | empty       | should     | exactly 2  | within 3s     |
      | inconclusive | broken      | should     | exactly 0  | within 2s     |
      | inconclusive | broken      | should not | at least 1 | throughout 2s |

  # S2
  Scenario: violated: it is stale for a moment, throughout exactly 0
    When "tell after 1500 list lb-1 10.9.0.1:80,10.9.0.9:80 then 10.9.0.1:80" is run in registry
    Then lb-1 should list exactly 0 stale instances of web throughout 5s

  Scenario Outline: <verdict>: one list has <reading>; it <should> agree with the catalogue, <deadline>
    When "tell list lb-1 <reading>" is run in registry
    Then lb-1 <should> agree with registry on web <deadline>

    # It agreed before. S16
    Examples: both signs, so before and not after
      | verdict      | reading                             | should     | deadline      |
      | held         | 10.9.0.2:80,10.9.0.1:80             | should     | within 3s     |
      | held         | 10.9.0.2:80,10.9.0.1:80             | should     | throughout 2s |
      | violated     | 10.9.0.2:80,10.9.0.1:80             | should not | within 2s     |
      | violated     | 10.9.0.1:80                         | should     | within 2s     |
      | held         | 10.9.0.1:80                         | should not | throughout 2s |
      | violated     | 10.9.0.1:80,10.9.0.3:80             | should     | within 2s     |
      | violated     | 10.9.0.1:80,10.9.0.2:8080           | should     | within 2s     |
      | held         | 10.9.0.1:80,10.9.0.2:80,10.9.0.3:80/maint | should | within 3s  |
      | inconclusive | broken                              | should     | within 2s     |
      | inconclusive | ends                                | should not | throughout 2s |

  Scenario Outline: <verdict>: a list differs for a moment; it <should> agree, <deadline>
    When "tell after 1500 list lb-1 10.9.0.1:80 then 10.9.0.1:80,10.9.0.2:80" is run in registry
    Then lb-1 <should> agree with registry on web <deadline>

    Examples: flashes
      | verdict  | should     | deadline      |
      | violated | should     | throughout 5s |
      | held     | should not | within 6s     |

  Scenario Outline: inconclusive: <service> is killed; lb-1 <should> agree with <other>, <deadline>
    When <service> is killed
    Then lb-1 <should> agree with <other> on web <deadline>

    # S15
    Examples: dead, and never was
      | service | other    | should     | deadline      |
      | lb-1    | registry | should     | within 2s     |
      | lb-1    | registry | should not | throughout 2s |
      | lb-2    | lb-2     | should     | within 2s     |
      | lb-2    | lb-10    | should     | within 2s     |

  Scenario Outline: <verdict>: <first> has <reading>; every list <should> agree, <deadline>
    When lb-10 is killed
    And "tell list <first> <reading>" is run in registry
    Then every list of web <should> agree with registry <deadline>

    # S16: they agreed before.
    Examples: both signs, so before and not after
      | verdict      | first    | reading                 | should     | deadline      |
      | held         | lb-1     | 10.9.0.1:80,10.9.0.2:80 | should     | within 3s     |
      | held         | lb-1     | 10.9.0.1:80,10.9.0.2:80 | should     | throughout 2s |
      | violated     | lb-1     | 10.9.0.1:80,10.9.0.2:80 | should not | throughout 2s |
      | violated     | lb-2     | 10.9.0.1:80             | should     | within 2s     |
      | violated     | lb-2     | 10.9.0.1:80             | should     | throughout 2s |
      | held         | lb-2     | 10.9.0.1:80             | should not | throughout 2s |
      | violated     | registry | 10.9.0.1:80             | should     | within 2s     |
      | inconclusive | lb-1     | broken                  | should     | within 2s     |
      | inconclusive | lb-1     | broken                  | should not | throughout 2s |
      | inconclusive | registry | broken                  | should     | within 2s     |

  # One that differs is enough, whatever the others have.
  Scenario Outline: <verdict>: one list differs, and another one cannot be read; every list <should> agree
    When lb-10 is killed
    And "tell list lb-1 10.9.0.1:80" is run in registry
    And "tell list lb-2 broken" is run in registry
    Then every list of web <should> agree with registry <deadline>

    Examples:
      | verdict  | should     | deadline      |
      | violated | should     | throughout 2s |
      | held     | should not | throughout 2s |

  # Every list is those whose parts run.
  Scenario Outline: <verdict>: the one that differs is dead; every list <should> agree
    When lb-10 is killed
    And "tell list lb-2 10.9.0.1:80" is run in registry
    And lb-2 is killed
    Then every list of web <should> agree with registry <deadline>

    Examples: dead
      | verdict  | should     | deadline      |
      | held     | should     | within 3s     |
      | violated | should not | throughout 2s |

  # One runs that nobody reads.
  Scenario: inconclusive: of one that runs the list was never read
    When "tell say ship" is run in registry
    Then every list of web should agree with registry within 2s
