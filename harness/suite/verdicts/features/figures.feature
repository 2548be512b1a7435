Feature: Figures that Prometheus answers, processes, and processor limits
  What looks show that began after this Then did; where a look shows nothing, there is no verdict.

  Scenario Outline: <verdict>: the figure is <value>; <should> be <figure>, <deadline>
    Given the solo lab
    When "tell figure <value>" is run in speaker
    Then 'up' in speaker <should> be <figure> <deadline>

    Examples: so, both signs, and the boundary of each comparison
      | verdict  | value | should     | figure      | deadline      |
      | held     | 5     | should     | exactly 5   | within 3s     |
      | held     | 5     | should     | above 4.9   | throughout 1s |
      | held     | 5     | should     | below 5.1   | throughout 1s |
      | violated | 5     | should     | above 5     | within 4s     |
      | violated | 5     | should     | below 5     | within 4s     |
      | held     | 5     | should not | above 5     | throughout 1s |
      | held     | 5     | should not | below 5     | throughout 1s |
      | violated | 5     | should not | exactly 5   | throughout 1s |
      | held     | -0.5  | should     | below 0     | within 3s     |
      | held     | 1e+06 | should     | above 99999 | within 3s     |
      | held     | +Inf  | should     | above 99999 | within 3s     |

    # No number, or more than one.
    Examples: never was
      | verdict      | value | should     | figure    | deadline      |
      | inconclusive | none  | should     | above 0   | within 4s     |
      | inconclusive | none  | should not | above 0   | throughout 1s |
      | inconclusive | NaN   | should     | exactly 0 | within 4s     |
      | inconclusive | NaN   | should not | exactly 0 | throughout 1s |
      | inconclusive | many  | should     | above 0   | within 4s     |
      | inconclusive | many  | should not | above 9   | throughout 1s |

  # T31
  Scenario Outline: <verdict>: the figure was 9 and is 1; <should> be above 8, <deadline>
    Given the solo lab
    When "tell figure 9" is run in speaker
    Then 'up' in speaker should be above 8 within 3s
    When "tell figure 1" is run in speaker
    Then 'up' in speaker <should> be above 8 <deadline>

    Examples: so before and not after
      | verdict  | should     | deadline      |
      | violated | should     | within 4s     |
      | held     | should not | throughout 1s |

  Scenario Outline: <verdict>: the figure becomes 9 while it is watched; <should> be above 8, <deadline>
    Given the solo lab
    When "tell figure 1" is run in speaker
    And "tell after 3000 figure 9" is run in speaker
    Then 'up' in speaker <should> be above 8 <deadline>

    Examples: becomes so
      | verdict  | should     | deadline      |
      | held     | should     | within 8s     |
      | violated | should     | throughout 6s |
      | violated | should not | throughout 6s |

  # S1
  Scenario Outline: <verdict>: no data from the third second to the fifth, then <value>; <should> be above 4, throughout 8s
    Given the solo lab
    When "tell figure 5" is run in speaker
    And "tell after 2500 figure none" is run in speaker
    And "tell after 5000 figure <value>" is run in speaker
    Then 'up' in speaker <should> be above 4 throughout 8s

    Examples: a gap in the middle
      | verdict      | value | should     |
      | inconclusive | 5     | should     |
      | violated     | 1     | should     |
      | violated     | 5     | should not |

  # What was seen before the gap stays seen.
  Scenario: held: the figure was seen before there were no data
    Given the solo lab
    When "tell figure 5" is run in speaker
    And "tell after 3000 figure none" is run in speaker
    Then 'up' in speaker should be above 4 within 8s

  Scenario Outline: inconclusive: <service> is <change>; the figure <should> be above 0
    Given the solo lab
    When "tell figure 5" is run in speaker-1
    And speaker is <change>
    Then 'up' in speaker <should> be above 0 <deadline>

    Examples: dead
      | service | change | should     | deadline      |
      | speaker | killed | should     | within 4s     |
      | speaker | killed | should not | throughout 1s |
      | speaker | paused | should     | within 4s     |

  # T27
  Scenario: held: a figure of a service that was restarted
    Given the solo lab
    When "tell figure 5" is run in speaker
    Then 'up' in speaker should be above 4 within 3s
    When speaker is restarted
    And "tell figure 7" is run in speaker
    Then 'up' in speaker should be above 6 within 3s

  Scenario Outline: <verdict>: it runs one process and <more> more; <should> run <comparison>
    Given the solo lab
    When "tell spawn <more>" is run in speaker
    Then speaker <should> run <comparison> processes <deadline>

    Examples: so, both signs, and the boundary
      | verdict  | more | should     | comparison | deadline      |
      | held     | 0    | should     | exactly 1  | within 3s     |
      | held     | 3    | should     | exactly 4  | within 3s     |
      | held     | 3    | should     | at least 4 | throughout 1s |
      | held     | 3    | should     | at most 4  | throughout 1s |
      | violated | 3    | should     | at least 5 | within 4s     |
      | violated | 3    | should     | at most 3  | within 4s     |
      | held     | 3    | should not | at least 5 | throughout 1s |
      | violated | 3    | should not | exactly 4  | throughout 1s |

  Scenario Outline: <verdict>: there were three more processes; <should> run <comparison>
    Given the solo lab
    When "tell spawn 3" is run in speaker
    Then speaker should run at least 4 processes within 3s
    When "tell spawn 0" is run in speaker
    Then speaker <should> run <comparison> processes <deadline>

    Examples: so before and not after
      | verdict  | should     | comparison | deadline      |
      | violated | should     | at least 4 | within 4s     |
      | held     | should not | at least 4 | throughout 1s |
      | held     | should     | exactly 1  | within 3s     |

  Scenario Outline: <verdict>: more processes while it is watched; <should> run <comparison>
    Given the solo lab
    When "tell after 1500 spawn 2" is run in speaker
    Then speaker <should> run <comparison> processes <deadline>

    Examples: becomes so
      | verdict  | should     | comparison | deadline      |
      | held     | should     | at least 3 | within 6s     |
      | violated | should     | exactly 1  | throughout 5s |
      | violated | should not | at least 3 | throughout 5s |

  # T15
  Scenario Outline: <verdict>: <what>; <should> run <comparison> processes
    Given the solo lab
    When "tell spawn 3" is run in speaker-1
    And speaker is <change>
    Then <service> <should> run <comparison> processes <deadline>

    Examples: dead, never was, and a namesake
      | verdict      | what                   | service   | change  | should     | comparison | deadline      |
      | inconclusive | it was killed          | speaker   | killed  | should     | exactly 0  | within 4s     |
      | inconclusive | it was killed          | speaker   | killed  | should not | at least 1 | throughout 1s |
      | inconclusive | it was removed         | speaker   | removed | should     | at most 1  | within 4s     |
      | inconclusive | it was never raised    | ghost     | killed  | should     | at most 1  | within 4s     |
      | inconclusive | it was never raised    | ghost     | killed  | should not | at least 1 | throughout 1s |
      | held         | its namesake is killed | speaker-1 | killed  | should     | exactly 4  | within 3s     |

  Scenario Outline: <verdict>: <what>; <service> <should> be throttled, <deadline>
    Given the limit lab
    When "tell burn on" is run in <burns>
    Then <service> <should> be throttled <deadline>

    Examples: so, never was, and a namesake
      | verdict  | what                          | burns   | service | should     | deadline      |
      | held     | it burns                      | miner   | miner   | should     | within 6s     |
      | violated | it burns                      | miner   | miner   | should not | throughout 4s |
      | held     | its namesake burns            | miner-1 | miner-1 | should     | within 6s     |
      | violated | it burns, and has no limit    | free    | free    | should     | within 3s     |
      | held     | it burns, and has no limit    | free    | free    | should not | throughout 3s |

  Scenario Outline: <verdict>: its namesake burns; miner <should> be throttled, <deadline>
    Given the limit lab
    When "tell say ship" is run in miner
    # Its own start is over.
    Then miner should not be throttled within 6s
    When "tell burn on" is run in miner-1
    Then miner <should> be throttled <deadline>

    Examples: namesake
      | verdict  | should     | deadline      |
      | violated | should     | within 2s     |
      | held     | should not | throughout 2s |

  # S16
  Scenario Outline: <verdict>: it burnt, and no longer does; <should> be throttled, <deadline>
    Given the limit lab
    When "tell burn on" is run in miner
    Then miner should be throttled within 6s
    When "tell burn off" is run in miner
    Then miner <should> be throttled <deadline>

    Examples: so before and not after
      | verdict  | should     | deadline      |
      | violated | should     | within 2s     |
      | held     | should not | within 6s     |

  Scenario Outline: inconclusive: <what>; <service> <should> be throttled, <deadline>
    Given the limit lab
    When "tell burn on" is run in miner
    Then miner should be throttled within 6s
    When miner is killed
    Then <service> <should> be throttled <deadline>

    Examples: dead, and never was
      | what                | service | should     | deadline      |
      | it was killed       | miner   | should     | within 4s     |
      | it was killed       | miner   | should not | throughout 2s |
      | it was never raised | ghost   | should     | within 4s     |
      | it was never raised | ghost   | should not | throughout 1s |

  Scenario Outline: <verdict>: <what>; miner <should> run out of memory, <deadline>
    Given the limit lab
    When "tell eat <MiB>" is run in <eats>
    Then miner <should> run out of memory <deadline>

    Examples: so, never was, the boundary, and a namesake
      | verdict  | what                            | eats    | MiB | should     | deadline      |
      | held     | it wanted more than its limit   | miner   | 200 | should     | within 4s     |
      | violated | it wanted more than its limit   | miner   | 200 | should not | throughout 1s |
      | violated | it wanted less than its limit   | miner   | 30  | should     | within 2s     |
      | held     | it wanted less than its limit   | miner   | 30  | should not | throughout 2s |
      | violated | its namesake wanted more        | miner-1 | 200 | should     | within 2s     |
      | held     | its namesake wanted more        | miner-1 | 200 | should not | throughout 2s |
      | held     | one without a limit wanted more | free    | 200 | should not | throughout 2s |

  Scenario Outline: <verdict>: becomes so; <should> run out of memory, <deadline>
    Given the limit lab
    When "tell after 1500 eat 200" is run in miner
    Then miner <should> run out of memory <deadline>

    Examples: becomes so
      | verdict  | should     | deadline      |
      | held     | should     | within 8s     |
      | violated | should not | throughout 5s |

  Scenario Outline: <verdict>: <what>; <service> <should> run out of memory, <deadline>
    Given the limit lab
    When "tell eat 200" is run in miner
    Then miner should run out of memory within 4s
    When miner is killed
    Then <service> <should> run out of memory <deadline>

    Examples: so before, dead, and never raised
      | verdict      | what                | service | should     | deadline      |
      | held         | it was killed since | miner   | should     | within 2s     |
      | violated     | it was killed since | miner   | should not | throughout 1s |
      | inconclusive | it was never raised | ghost   | should     | within 2s     |
      | inconclusive | it was never raised | ghost   | should not | throughout 1s |
