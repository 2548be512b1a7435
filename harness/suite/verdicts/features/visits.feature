Feature: What a visitor got
  The latest visit of a user; who answered is who owns the address that answered.

  Background:
    Given the web lab

  Scenario Outline: <verdict>: she opens <url>; she <should> be answered <status> by <service> at <host>
    When alice opens <url>
    Then alice <should> be answered <status> by <service> at <host> <deadline>

    Examples: so, both signs, and namesakes
      | verdict  | url                     | should     | status | service | host  | deadline      |
      | held     | http://app/status/503   | should     | 503    | app     | app   | within 3s     |
      | held     | http://app/status/503   | should     | 503    | app     | app   | throughout 1s |
      | violated | http://app/status/503   | should     | 200    | app     | app   | within 1s     |
      | violated | http://app/status/503   | should     | 503    | app-1   | app   | within 1s     |
      | held     | http://app/status/503   | should not | 200    | app     | app   | throughout 1s |
      | held     | http://app/status/503   | should not | 503    | app-1   | app   | throughout 1s |
      | violated | http://app/status/503   | should not | 503    | app     | app   | throughout 1s |
      | violated | http://app/status/503   | should not | 503    | app     | app   | within 1s     |
      | held     | http://app-1/status/503 | should     | 503    | app-1   | app-1 | within 3s     |
      | held     | http://app/hop/2        | should     | 302    | app     | app   | within 3s     |
      | held     | http://app/hop/2        | should     | 200    | app     | app   | within 3s     |
      | held     | http://app/to/app-1/ok  | should     | 302    | app     | app   | within 3s     |
      | held     | http://app/to/app-1/ok  | should     | 200    | app-1   | app-1 | within 3s     |
      | violated | http://app/to/app-1/ok  | should     | 200    | app     | app   | within 1s     |
      | held     | http://APP:8080/ok      | should     | 200    | app     | app   | within 3s     |

    Examples: she asked elsewhere
      | verdict      | url           | should     | status | service | host  | deadline      |
      | inconclusive | http://app/ok | should     | 200    | app     | app-1 | within 1s     |
      | inconclusive | http://app/ok | should not | 200    | app     | app-1 | throughout 1s |

    # H1: the status was had.
    Examples: more than a visitor keeps
      | verdict  | url                    | should     | status | service | host | deadline      |
      | held     | http://app/big         | should     | 200    | app     | app  | within 5s     |
      | violated | http://app/big         | should not | 200    | app     | app  | throughout 2s |
      | held     | http://app/headers/150 | should     | 200    | app     | app  | within 5s     |
      | violated | http://app/headers/150 | should not | 200    | app     | app  | throughout 2s |

    # A log line says only who stands behind a proxy.
    Examples: through a proxy that says where it went
      | verdict  | url                             | should     | status | service | host  | deadline      |
      | held     | http://proxy/proxy/app/ok       | should     | 200    | app     | proxy | within 3s     |
      | violated | http://proxy/proxy/app/ok       | should not | 200    | app     | proxy | throughout 1s |
      | violated | http://proxy/proxy/app/ok       | should     | 200    | app-1   | proxy | within 1s     |
      | violated | http://proxy/proxy/app/ok       | should     | 200    | proxy   | proxy | within 2s     |
      | held     | http://proxy/proxy/nowhere/ok   | should     | 502    | proxy   | proxy | within 5s     |

    # S9: by address, never by which log was read last.
    Examples: through a proxy that does not say where it went
      | verdict  | url                       | should     | status | service | host  | deadline      |
      | held     | http://proxy/blind/app/ok | should     | 200    | proxy   | proxy | within 3s     |
      | violated | http://proxy/blind/app/ok | should     | 200    | app     | proxy | within 2s     |
      | violated | http://proxy/blind/app/ok | should not | 200    | proxy   | proxy | throughout 1s |

  # S10: the error page is the proxy's own, whatever its log says about whom it tried.
  Scenario Outline: <verdict>: the app behind the proxy is frozen; she <should> be answered 504 by <service>
    When app is paused
    And alice opens http://proxy/proxy/app/ok
    Then alice <should> be answered 504 by <service> at proxy <deadline>

    Examples:
      | verdict  | should     | service | deadline      |
      | held     | should     | proxy   | within 6s     |
      | violated | should     | app     | within 4s     |
      | violated | should not | proxy   | throughout 4s |

  # S8: that a service logs one path and not another says nothing about who answered.
  Scenario Outline: <verdict>: the app logs one page and not the other; she <should> be answered 200 by app
    When alice opens http://app/ok
    And alice opens http://app/quiet
    Then alice <should> be answered 200 by app at app <deadline>

    Examples:
      | verdict  | should     | deadline      |
      | held     | should     | within 3s     |
      | violated | should not | throughout 2s |

  Scenario Outline: <verdict>: she was answered 503 and then 200; she <should> be answered <status>
    When alice opens http://app/status/503
    And alice opens http://app/ok
    Then alice <should> be answered <status> by app at app <deadline>

    Examples: so before and not after
      | verdict  | should     | status | deadline      |
      | violated | should     | 503    | within 2s     |
      | held     | should not | 503    | throughout 1s |
      | held     | should     | 200    | within 3s     |

  Scenario Outline: <verdict>: the answer comes while it is watched; she <should> be answered 200
    When alice opens http://app/slow/3500
    Then alice <should> be answered 200 by app at app <deadline>

    Examples: becomes so
      | verdict  | should     | deadline      |
      | held     | should     | within 8s     |
      | violated | should not | throughout 7s |
      | violated | should not | within 7s     |

  Scenario Outline: inconclusive: somebody who opened nothing <should> be answered 200
    When alice opens http://app/ok
    Then bob <should> be answered 200 by app at app <deadline>

    Examples: never acted
      | should     | deadline      |
      | should     | within 1s     |
      | should not | throughout 1s |

  # T8: her request is out, and nobody has answered.
  Scenario Outline: <verdict>: her request waits for an answer; she <should> be answered <status>
    When alice opens http://app/hang
    Then alice <should> be answered <status> by app at app <deadline>

    Examples:
      | verdict  | should     | status | deadline      |
      | violated | should     | 200    | within 2s     |
      | held     | should not | 200    | throughout 2s |

  Scenario Outline: <verdict>: the app was killed before; she <should> be answered 200
    When app is killed
    And alice opens http://app/ok
    Then alice <should> be answered 200 by app at app <deadline>

    Examples: dead
      | verdict  | should     | deadline      |
      | violated | should     | within 2s     |
      | held     | should not | throughout 1s |

  # The answer was had while it ran.
  Scenario: held: the app was killed after it answered
    When alice opens http://app/ok
    And app is killed
    Then alice should be answered 200 by app at app within 3s

  # T10: what is restarted serves again when the step ends.
  Scenario: held: a restart, and at once a visit
    When app is restarted
    And alice opens http://app/ok
    Then alice should be answered 200 by app at app within 3s

  Scenario: held: killed and started, and at once a visit
    When app is killed
    And app is started
    And alice opens http://app/ok
    Then alice should be answered 200 by app at app within 3s

  # S22
  Scenario: held: there is no such link, and she is where she was
    When alice opens http://app/page/links
    And alice follows "Nowhere"
    Then alice should see "two ways" at http://app/page/links within 3s

  Scenario Outline: <verdict>: she follows <link>; she <should> see <text> at <path>
    When alice opens http://app/page/links
    And alice follows "<link>"
    Then alice <should> see "<text>" at http://app<path> <deadline>

    Examples:
      | verdict  | link    | should     | text  | path        | deadline      |
      | held     | Harbour | should     | ship  | /page/plain | within 3s     |
      | violated | Harbour | should not | ship  | /page/plain | throughout 1s |
      | held     | Station | should     | train | /page/other | within 3s     |
      | violated | Station | should     | ship  | /page/other | within 1s     |

  Scenario Outline: <verdict>: a cookie <name>, and then <second>; sid <should> be sent to <host>
    When alice opens http://app/cookie/<name>
    And alice opens <second>
    Then sid <should> be sent to <host> <deadline>

    Examples: so, both signs
      | verdict  | name | second          | should     | host  | deadline      |
      | held     | sid  | http://app/ok   | should     | app   | within 2s     |
      | held     | sid  | http://app/ok   | should     | app   | throughout 1s |
      | violated | sid  | http://app/ok   | should not | app   | throughout 1s |
      | violated | sid  | http://app/ok   | should not | app   | within 1s     |
      | held     | sid  | http://app-1/ok | should not | app-1 | throughout 1s |
      | violated | sid  | http://app-1/ok | should     | app-1 | within 1s     |
      | held     | sid  | http://APP/ok   | should     | APP   | within 2s     |
      | violated | sid  | http://app/ok   | should not | APP   | throughout 1s |

    Examples: never asked there, never had, and a namesake
      | verdict      | name | second        | should     | host  | deadline      |
      | inconclusive | sid  | http://app/ok | should     | app-1 | within 1s     |
      | inconclusive | sid  | http://app/ok | should not | app-1 | throughout 1s |
      | inconclusive | sid2 | http://app/ok | should     | app   | within 1s     |
      | inconclusive | sid2 | http://app/ok | should not | app   | throughout 1s |

  # S11: requests that go again and again count as well.
  Scenario Outline: <verdict>: she asks again and again with a cookie; sid <should> be sent to <host>
    When alice opens http://app/cookie/sid
    And alice asks for http://<asked>/ok every 100ms
    Then sid <should> be sent to <host> <deadline>

    Examples:
      | verdict  | asked | should     | host  | deadline      |
      | held     | app   | should     | app   | within 5s     |
      | violated | app   | should not | app   | throughout 4s |
      | violated | app-1 | should     | app-1 | within 2s     |
      | held     | app-1 | should not | app-1 | throughout 2s |

  Scenario Outline: <verdict>: she opens <path>; she <should> be in a redirect loop
    When alice opens http://app<path>
    Then alice <should> be in a redirect loop <deadline>

    # T1, T18
    Examples: a loop that the browser ends
      | verdict  | path      | should     | deadline      |
      | held     | /loop     | should     | within 5s     |
      | violated | /loop     | should not | throughout 3s |
      | violated | /loop     | should not | within 3s     |
      | held     | /ping     | should     | within 5s     |
      | held     | /for-ever | should     | within 5s     |
      | violated | /for-ever | should not | throughout 3s |
      | held     | /hop/30   | should     | within 5s     |

    Examples: a loop that goes on
      | verdict  | path       | should     | deadline       |
      | held     | /spin?to=1 | should     | within 10s     |
      | violated | /spin?to=1 | should not | throughout 10s |

    # S18
    Examples: a page that refreshes itself
      | verdict  | path                   | should     | deadline       |
      | held     | /page/refresh          | should     | within 15s     |
      | held     | /refresh               | should     | within 15s     |
      | violated | /page/refresh          | should not | throughout 15s |
      | violated | /page/refresh-in-a-day | should     | within 2s      |

    Examples: no loop
      | verdict  | path    | should     | deadline      |
      | violated | /ok     | should     | within 2s     |
      | held     | /ok     | should not | throughout 1s |
      | violated | /hop/15 | should     | within 2s     |
      | held     | /hop/15 | should not | throughout 1s |
      | held     | /hop/15 | should not | within 1s     |

  Scenario Outline: <verdict>: the loop was before; she <should> be in a redirect loop
    When alice opens http://app/loop
    And alice opens http://app/ok
    Then alice <should> be in a redirect loop <deadline>

    Examples: so before and not after
      | verdict  | should     | deadline      |
      | violated | should     | within 2s     |
      | held     | should not | throughout 1s |

  Scenario Outline: inconclusive: somebody who opened nothing <should> be in a redirect loop
    When alice opens http://app/loop
    Then bob <should> be in a redirect loop <deadline>

    Examples: never acted, and a namesake
      | should     | deadline      |
      | should     | within 1s     |
      | should not | throughout 1s |
