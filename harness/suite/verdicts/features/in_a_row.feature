Feature: Step after step
  Each of twenty opens, restarts and starts is followed at once by a Then: a step comes back when what it says is so.

  Scenario: held: twenty opens in a row
    Given the web lab
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms
    When alice opens http://app/slow/300
    Then alice should see "a ship" at http://app/slow within 100ms

  Scenario: held: twenty restarts in a row
    Given the web lab
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is restarted
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s

  Scenario: held: twenty starts in a row
    Given the web lab
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
    When app is killed
    Then app should be exited within 1s
    When app is started
    Then app should log at least 1 new lines with "the actor is ready" within 100ms
    When alice opens http://app/ok
    Then alice should be answered 200 by app at app within 1s
