Feature: Lines of a log
  What was said is counted over the whole scenario. That something was not said is known only of a service that was there.

  Background:
    Given the solo lab

  Scenario Outline: <verdict>: two lines were said; <should> log <comparison> lines with <text>, <deadline>
    When "tell lines 2 ship sails" is run in speaker
    Then speaker <should> log <comparison> lines with "<text>" <deadline>

    # S20: a text is a part of a line, wherever it begins and ends.
    Examples: so before, both signs, and the boundary of each comparison
      | verdict  | should     | comparison | text  | deadline      |
      | held     | should     | at least 2 | ship  | within 3s     |
      | held     | should     | at least 1 | sails | throughout 1s |
      | held     | should     | exactly 2  | ship  | throughout 1s |
      | held     | should     | at most 2  | ship  | throughout 1s |
      | violated | should     | at least 3 | ship  | within 1s     |
      | violated | should     | exactly 1  | ship  | within 1s     |
      | violated | should     | exactly 3  | ship  | within 1s     |
      | violated | should     | at most 1  | ship  | within 1s     |
      | violated | should     | at most 1  | ship  | throughout 1s |
      | held     | should not | at least 3 | ship  | throughout 1s |
      | violated | should not | at least 2 | ship  | throughout 1s |
      | violated | should not | exactly 2  | ship  | throughout 1s |
      | held     | should not | exactly 3  | ship  | throughout 1s |

    Examples: never said
      | verdict  | should     | comparison | text   | deadline      |
      | held     | should     | exactly 0  | whale  | throughout 1s |
      | held     | should not | at least 1 | whale  | throughout 1s |
      | violated | should     | at least 1 | whale  | within 1s     |
      | violated | should     | at least 1 | ships  | within 1s     |
      | violated | should     | exactly 0  | ship   | throughout 1s |

  Scenario Outline: <verdict>: another service said it; <service> <should> log <comparison> lines
    When "tell say ship" is run in speaker-1
    Then <service> <should> log <comparison> lines with "ship" <deadline>

    Examples: namesake
      | verdict  | service   | should     | comparison | deadline      |
      | violated | speaker   | should     | at least 1 | within 1s     |
      | held     | speaker   | should     | exactly 0  | throughout 1s |
      | held     | speaker   | should not | at least 1 | throughout 1s |
      | held     | speaker-1 | should     | exactly 1  | within 2s     |
      | violated | speaker-1 | should not | exactly 1  | throughout 1s |

  Scenario Outline: <verdict>: said while it is watched; <should> log <comparison> lines, <deadline>
    When "tell after 1500 say ship" is run in speaker
    Then speaker <should> log <comparison> lines with "ship" <deadline>

    Examples: becomes so
      | verdict  | should     | comparison | deadline      |
      | held     | should     | at least 1 | within 6s     |
      | violated | should     | exactly 0  | throughout 5s |
      | violated | should     | at most 0  | throughout 5s |
      | violated | should not | at least 1 | throughout 5s |

  # S2: between two looks the count was two.
  Scenario: held: two lines and at once a third, within exactly 2
    When "tell after 1500 lines 3 ship" is run in speaker
    Then speaker should log exactly 2 lines with "ship" within 6s

  Scenario: violated: two lines and at once a third, throughout not exactly 2
    When "tell after 1500 lines 3 ship" is run in speaker
    Then speaker should not log exactly 2 lines with "ship" throughout 5s

  # S12
  Scenario Outline: <verdict>: last words without the end of a line; <should> log them
    When "tell bare these were its last words" is run in speaker
    And "tell exit 0" is run in speaker
    Then speaker should be exited within 5s
    And speaker <should> log at least 1 lines with "last words" <deadline>

    Examples:
      | verdict  | should     | deadline      |
      | held     | should     | within 3s     |
      | violated | should not | throughout 2s |

  # S12
  Scenario Outline: <verdict>: a text after <bytes> bytes of its line; <should> log it
    When "tell long <bytes> needle" is run in speaker
    Then speaker <should> log at least 1 lines with "needle" <deadline>

    Examples:
      | verdict  | bytes | should     | deadline      |
      | held     | 15000 | should     | within 3s     |
      | held     | 40000 | should     | within 3s     |
      | violated | 40000 | should not | throughout 2s |

  # S12
  Scenario: held: a text of which the first word is red
    When "tell coloured ship sails" is run in speaker
    Then speaker should log at least 1 lines with "ship sails" within 3s

  Scenario: violated: a text of which the first word is red should not be logged
    When "tell coloured ship sails" is run in speaker
    Then speaker should not log at least 1 lines with "ship sails" throughout 2s

  # H2: a reader that is still at the lines before has not passed this moment.
  Scenario: violated: the last of forty thousand lines should not be logged
    When "tell lines 40000 noise" is run in speaker
    And "tell say needle" is run in speaker
    Then speaker should not log at least 1 lines with "needle" throughout 1s

  Scenario: violated: at most 39,999 of forty thousand lines
    When "tell lines 40000 noise" is run in speaker
    Then speaker should log at most 39999 lines with "noise" throughout 1s

  Scenario: held: what a service said before it was killed
    When "tell say ship" is run in speaker
    And speaker is killed
    Then speaker should log at least 1 lines with "ship" within 2s

  Scenario: violated: what a service said before it was killed should not be logged
    When "tell say ship" is run in speaker
    And speaker is killed
    Then speaker should not log at least 1 lines with "ship" throughout 1s

  Scenario: held: a line before a restart and one after it are two
    When "tell say ship" is run in speaker
    And speaker is restarted
    And "tell say ship" is run in speaker
    Then speaker should log exactly 2 lines with "ship" within 3s
    And speaker should log exactly 2 lines with "ship" throughout 1s

  # S14
  Scenario Outline: inconclusive: a service that was never raised <should> log <comparison> lines, <deadline>
    When "tell say ship" is run in speaker
    Then ghost <should> log <comparison> lines with "ship" <deadline>

    Examples: never was
      | should     | comparison | deadline      |
      | should     | exactly 0  | throughout 1s |
      | should not | at least 1 | throughout 1s |
      | should     | at least 1 | within 1s     |

  Scenario Outline: <verdict>: <what>; <should> have <comparison> lines in a file, <deadline>
    When "sh -c '(<before>) > /tmp/list; ln -s list /tmp/link'" is run in speaker
    And "sh -c '(<after>) > /tmp/list'" is run in speaker
    Then speaker <should> have <comparison> lines with "port" in "<file>" <deadline>

    Examples: so, through a link, so before and not after, and the boundary
      | verdict  | what                 | before               | after                           | file      | should     | comparison | deadline      |
      | held     | it has two           | echo x               | echo port; echo port; echo ship | /tmp/list | should     | exactly 2  | within 3s     |
      | held     | it has two           | echo x               | echo port; echo port; echo ship | /tmp/list | should     | exactly 2  | throughout 1s |
      | violated | it has two           | echo x               | echo port; echo port; echo ship | /tmp/list | should     | at least 3 | within 2s     |
      | violated | it has two           | echo x               | echo port; echo port; echo ship | /tmp/list | should not | at least 2 | throughout 1s |
      | held     | it has one by a link | echo x               | echo a-port-of-call             | /tmp/link | should     | exactly 1  | within 3s     |
      | violated | it had two, has none | echo port; echo port | echo ship                       | /tmp/list | should     | at least 1 | within 2s     |
      | held     | it had two, has none | echo port; echo port | echo ship                       | /tmp/list | should     | exactly 0  | throughout 1s |
      | held     | it is empty          | echo x               | true                            | /tmp/list | should     | exactly 0  | within 2s     |

    Examples: no file of that name, and a folder
      | verdict      | what                | before | after     | file       | should     | comparison | deadline      |
      | inconclusive | it is another file  | echo x | echo port | /tmp/lists | should     | at most 3  | within 2s     |
      | inconclusive | it is another file  | echo x | echo port | /tmp/lists | should not | at least 1 | throughout 1s |
      | inconclusive | it is a folder      | echo x | echo port | /tmp       | should     | at most 3  | within 2s     |
      | inconclusive | it leads to no file | echo x | echo port | /proc/none | should not | at least 1 | throughout 1s |

  Scenario Outline: <verdict>: becomes so; <should> have <comparison> lines in a file, <deadline>
    When "sh -c 'echo ship > /tmp/list; (sleep 1.5; echo port > /tmp/list) >/dev/null 2>&1 &'" is run in speaker
    Then speaker <should> have <comparison> lines with "port" in "/tmp/list" <deadline>

    Examples: becomes so
      | verdict  | should     | comparison | deadline      |
      | held     | should     | at least 1 | within 6s     |
      | violated | should     | exactly 0  | throughout 4s |
      | violated | should not | at least 1 | throughout 4s |

  Scenario Outline: <verdict>: <what>; <service> <should> have <comparison> lines in a file, <deadline>
    When "sh -c 'echo port > /tmp/list'" is run in speaker
    And "sh -c 'echo port > /tmp/list'" is run in speaker-1
    And speaker is <change>
    Then <service> <should> have <comparison> lines with "port" in "/tmp/list" <deadline>

    # A file outlives the processes of its container, and not the container.
    Examples: dead, removed, a namesake, and never raised
      | verdict      | what                    | change  | service   | should     | comparison | deadline      |
      | held         | it was killed           | killed  | speaker   | should     | exactly 1  | within 2s     |
      | violated     | it was killed           | killed  | speaker   | should not | exactly 1  | throughout 1s |
      | held         | it is paused            | paused  | speaker   | should     | exactly 1  | within 2s     |
      | inconclusive | it was removed          | removed | speaker   | should     | at most 3  | within 2s     |
      | held         | its namesake is removed | removed | speaker-1 | should     | exactly 1  | within 2s     |
      | inconclusive | it was never raised     | killed  | ghost     | should     | at most 3  | within 2s     |
      | inconclusive | it was never raised     | killed  | ghost     | should not | at least 1 | throughout 1s |
