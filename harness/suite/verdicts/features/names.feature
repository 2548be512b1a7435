Feature: What a name means
  To a service, by its own resolver; by looks that began after this Then did.

  Background:
    Given the web lab

  Scenario Outline: <verdict>: <host> <should> resolve to <service> from <from>, <deadline>
    When "tell say ship" is run in proxy
    Then <host> <should> resolve to <service> from <from> <deadline>

    Examples: so, both signs, and namesakes
      | verdict  | host         | should     | service | from  | deadline      |
      | held     | app          | should     | app     | proxy | within 5s     |
      | held     | app          | should     | app     | proxy | throughout 2s |
      | violated | app          | should     | app-1   | proxy | within 3s     |
      | held     | app          | should not | app-1   | proxy | throughout 1s |
      | violated | app          | should not | app     | proxy | throughout 1s |
      | held     | app-1        | should     | app-1   | proxy | within 5s     |
      | violated | app-1        | should     | app     | proxy | within 3s     |
      | held     | APP          | should     | app     | proxy | within 5s     |
      | violated | nowhere.test | should     | app     | proxy | within 3s     |
      | held     | nowhere.test | should not | app     | proxy | throughout 1s |

    # T2: among them, and none of them.
    Examples: a name with the addresses of two
      | verdict  | host      | should     | service | from  | deadline      |
      | held     | both.test | should     | app     | proxy | within 5s     |
      | held     | both.test | should     | app-1   | proxy | throughout 1s |
      | violated | both.test | should not | app     | proxy | throughout 1s |
      | violated | both.test | should not | app-1   | proxy | within 3s     |
      | held     | both.test | should not | proxy   | proxy | throughout 1s |
      | violated | both.test | should     | proxy   | proxy | within 3s     |

    Examples: never was
      | verdict      | host | should     | service | from  | deadline      |
      | inconclusive | app  | should     | app     | ghost | within 3s     |
      | inconclusive | app  | should not | app-1   | ghost | throughout 1s |

  # T31
  Scenario Outline: <verdict>: it resolved, and was <change>; <should> resolve, <deadline>
    Then app should resolve to app from proxy within 5s
    When app is <change>
    Then app <should> resolve to app from proxy <deadline>

    Examples: so before and not after
      | verdict  | change    | should     | deadline      |
      | violated | removed   | should     | within 3s     |
      | held     | removed   | should not | throughout 1s |
      | violated | killed    | should     | within 3s     |
      | held     | killed    | should not | within 5s     |
      | held     | restarted | should     | within 5s     |
      | violated | restarted | should not | throughout 2s |

  Scenario: held: it was killed and started again
    When app is killed
    Then app should not resolve to app from proxy within 5s
    When app is started
    Then app should resolve to app from proxy within 5s

  Scenario Outline: <verdict>: its namesake was killed; <host> <should> resolve to <service>
    When app-1 is killed
    Then <host> <should> resolve to <service> from proxy <deadline>

    Examples: namesake
      | verdict  | host      | should     | service | deadline      |
      | held     | app       | should     | app     | throughout 1s |
      | violated | app-1     | should     | app-1   | within 3s     |
      | violated | both.test | should     | app-1   | within 3s     |
      | held     | both.test | should     | app     | within 3s     |

  Scenario Outline: inconclusive: who asks is <change>; <should> resolve, <deadline>
    Then app should resolve to app from proxy within 5s
    When proxy is <change>
    Then app <should> resolve to <service> from proxy <deadline>

    Examples: dead
      | change  | should     | service | deadline      |
      | killed  | should     | app     | within 3s     |
      | killed  | should not | app-1   | throughout 1s |
      | removed | should     | app     | within 3s     |

  # T27
  Scenario Outline: <verdict>: who asks was restarted; <service> <should> be what the name means
    Then app should resolve to app from proxy within 5s
    When proxy is restarted
    Then app <should> resolve to <service> from proxy <deadline>

    Examples:
      | verdict  | should     | service | deadline      |
      | held     | should     | app     | within 5s     |
      | violated | should not | app     | throughout 2s |
      | violated | should     | app-1   | within 3s     |
