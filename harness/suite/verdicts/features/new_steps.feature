Feature: Steps that came later
  Loops that go on, lines since the last When, names with several addresses, answers that do not come, crash loops.

  Scenario Outline: <verdict>: <who>, after alice opened <path>, should still be in a redirect loop after <turns> turns
    Given the web lab
    When alice opens http://app<path> in passing
    Then <who> should still be in a redirect loop after <turns> turns <deadline>

    Examples: so, ended, never was, and never acted
      | verdict      | who   | path       | turns | deadline   |
      | held         | alice | /spin?to=1 | 26    | within 10s |
      | held         | alice | /spin?to=1 | 5     | within 10s |
      | violated     | alice | /loop      | 26    | within 4s  |
      | violated     | alice | /loop      | 5     | within 4s  |
      | violated     | alice | /ok        | 1     | within 2s  |
      | inconclusive | bob   | /spin?to=1 | 26    | within 2s  |

  # T7: noise at its boot, then the trigger.
  Scenario Outline: <verdict>: it said that it is ready at its boot; then ship, then train; <should> log <comparison> new lines with <text>
    Given the solo lab
    When "tell say ship" is run in speaker
    And "tell lines 2 train" is run in <service>
    Then speaker <should> log <comparison> new lines with "<text>" <deadline>

    Examples: so before and not after, both signs, and a namesake
      | verdict  | service   | should     | comparison | text  | deadline      |
      | held     | speaker   | should     | at least 1 | train | within 3s     |
      | held     | speaker   | should     | exactly 2  | train | within 3s     |
      | violated | speaker   | should     | at least 3 | train | within 1s     |
      | violated | speaker   | should     | at least 1 | ready | within 1s     |
      | violated | speaker   | should     | at least 1 | ship  | within 1s     |
      | held     | speaker   | should     | exactly 0  | ready | throughout 1s |
      | held     | speaker   | should not | at least 1 | ship  | throughout 1s |
      | violated | speaker   | should not | at least 2 | train | throughout 1s |
      | violated | speaker-1 | should     | at least 1 | train | within 1s     |
      | held     | speaker-1 | should     | exactly 0  | train | throughout 1s |

  Scenario: held: a new line while it is watched
    Given the solo lab
    When "tell after 1500 say ship" is run in speaker
    Then speaker should log at least 1 new lines with "ship" within 6s

  Scenario: violated: the line came before the restart
    Given the solo lab
    When "tell say ship" is run in speaker
    And speaker is restarted
    Then speaker should log at least 1 new lines with "ship" within 2s

  Scenario: held: it says again that it is ready after its restart
    Given the solo lab
    When speaker is restarted
    Then speaker should log exactly 1 new lines with "the actor is ready" within 5s

  # T2: that it should not is that none of them is among the answers.
  Scenario Outline: <verdict>: <host> <should> resolve to <what>
    Given the web lab
    When "tell say ship" is run in proxy
    Then <host> <should> resolve to <what> from <from> <deadline>

    Examples: so, both signs
      | verdict      | host         | should     | what          | from  | deadline      |
      | held         | both.test    | should     | app and app-1 | proxy | within 5s     |
      | held         | both.test    | should     | app-1 and app | proxy | throughout 2s |
      | violated     | both.test    | should not | app and app-1 | proxy | throughout 1s |
      | violated     | both.test    | should     | app and proxy | proxy | within 4s     |
      | violated     | both.test    | should not | app and proxy | proxy | throughout 1s |
      | violated     | app          | should     | app and app-1 | proxy | within 4s     |
      | violated     | both.test    | should     | app only      | proxy | within 4s     |
      | held         | both.test    | should not | app only      | proxy | throughout 1s |
      | held         | app          | should     | app only      | proxy | within 5s     |
      | violated     | app-1        | should     | app only      | proxy | within 4s     |
      | held         | nowhere.test | should     | nothing       | proxy | within 5s     |
      | violated     | nowhere.test | should not | nothing       | proxy | throughout 1s |
      | violated     | app          | should     | nothing       | proxy | within 4s     |
      | held         | app          | should not | nothing       | proxy | throughout 1s |
      | inconclusive | app          | should     | nothing       | ghost | within 4s     |
      | inconclusive | app          | should not | nothing       | ghost | throughout 1s |

  Scenario Outline: <verdict>: app-1 was killed; <host> <should> resolve to <what>
    Given the web lab
    When app-1 is killed
    Then <host> <should> resolve to <what> from proxy <deadline>

    Examples: so before and not after
      | verdict  | host      | should     | what          | deadline  |
      | held     | both.test | should     | app only      | within 5s |
      | violated | both.test | should     | app and app-1 | within 4s |
      | held     | app-1     | should     | nothing       | within 5s |
      | violated | app       | should     | nothing       | within 4s |

  Scenario: inconclusive: who asks was killed
    Given the web lab
    When proxy is killed
    Then app should resolve to nothing from proxy within 4s

  # T8
  Scenario Outline: <verdict>: alice opens <url>; <who> <should> get no answer from <host>
    Given the web lab
    When alice opens <url>
    Then <who> <should> get no answer from <host> <deadline>

    Examples: so, both signs, never acted, and a namesake
      | verdict      | url                  | who   | should     | host  | deadline      |
      | held         | http://app/hang      | alice | should     | app   | within 5s     |
      | violated     | http://app/hang      | alice | should not | app   | throughout 4s |
      | violated     | http://app/ok        | alice | should     | app   | within 3s     |
      | held         | http://app/ok        | alice | should not | app   | throughout 3s |
      | violated     | http://app/status/504 | alice | should    | app   | within 3s     |
      | held         | http://nowhere.test/ | alice | should     | nowhere.test | within 5s |
      | inconclusive | http://app/hang      | alice | should     | app-1 | within 2s     |
      | inconclusive | http://app/hang      | alice | should not | app-1 | throughout 2s |
      | inconclusive | http://app/hang      | bob   | should     | app   | within 2s     |
      | inconclusive | http://app/hang      | bob   | should not | app   | throughout 2s |

  Scenario Outline: <verdict>: the app is <change>, and she opens a page; she <should> get no answer
    Given the web lab
    When app is <change>
    And alice opens http://app/ok
    Then alice <should> get no answer from app <deadline>

    Examples: dead
      | verdict  | change | should     | deadline      |
      | held     | killed | should     | within 5s     |
      | held     | paused | should     | within 5s     |
      | violated | paused | should not | throughout 4s |

  Scenario: violated: she got no answer, and then one
    Given the web lab
    When alice opens http://app/hang in passing
    And alice opens http://app/ok
    Then alice should get no answer from app within 3s

  Scenario: held: what she opened in passing is not waited for
    Given the web lab
    When alice opens http://app/slow/4000 in passing
    Then app should be running within 1s
    And alice should be answered 200 by app at app within 8s

  # T6: a crash loop is a state of its own.
  Scenario Outline: <verdict>: beside a service in a crash loop; <service> <should> be <state>
    Given the crash lab
    And crasher is in a crash loop
    When "tell say ship" is run in speaker
    Then <service> <should> be <state> <deadline>

    Examples:
      | verdict  | service | should     | state           | deadline      |
      | violated | crasher | should     | running         | within 3s     |
      | held     | crasher | should not | running         | throughout 2s |
      | held     | crasher | should     | in a crash loop | within 10s    |
      | violated | crasher | should not | in a crash loop | throughout 2s |
      | violated | speaker | should     | in a crash loop | within 2s     |
      | held     | speaker | should not | in a crash loop | throughout 2s |

  Scenario: held: beside a service in a crash loop another one runs
    Given the crash lab
    And crasher is in a crash loop
    When "tell say ship" is run in speaker
    Then speaker should be running throughout 2s
    And crasher should log at least 2 lines with "I cannot go on" within 10s

  Scenario: inconclusive: a service that runs is said to be in a crash loop
    Given the solo lab
    And speaker is in a crash loop
    When "tell say ship" is run in speaker
    Then speaker should be running within 2s
