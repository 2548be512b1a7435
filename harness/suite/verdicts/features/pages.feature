Feature: What a page shows
  What a browser would show, on the page on which the latest visit came to rest.

  Background:
    Given the web lab

  Scenario Outline: <verdict>: she opens the page <page>; she <should> see <text>
    When alice opens http://app/page/<page>
    Then alice <should> see "<text>" at http://app/page/<page> <deadline>

    Examples: so, both signs
      | verdict  | page  | should     | text   | deadline      |
      | held     | plain | should     | a ship | within 3s     |
      | held     | plain | should     | a ship | throughout 1s |
      | violated | plain | should     | train  | within 1s     |
      | held     | plain | should not | train  | throughout 1s |
      | violated | plain | should not | a ship | throughout 1s |
      | violated | plain | should     | ships  | within 1s     |

    # S6
    Examples: what a browser does not show
      | verdict  | page      | should     | text   | deadline      |
      | violated | comment   | should     | a ship | within 1s     |
      | held     | comment   | should not | a ship | throughout 1s |
      | violated | template  | should     | a ship | within 1s     |
      | held     | template  | should not | a ship | throughout 1s |
      | violated | noscript  | should     | a ship | within 1s     |
      | held     | noscript  | should not | a ship | throughout 1s |
      | violated | script    | should     | a ship | within 1s     |
      | violated | style     | should     | a ship | within 1s     |
      | held     | attribute | should not | a ship | throughout 1s |

    # S6
    Examples: what a browser shows
      | verdict  | page       | should     | text         | deadline      |
      | held     | within     | should     | a ship sails | within 3s     |
      | violated | within     | should not | a ship sails | throughout 1s |
      | violated | paragraphs | should     | a ship       | within 1s     |
      | held     | lines      | should     | a ship sails | within 3s     |
      | held     | entity     | should     | a ship & caf | within 3s     |
      | held     | utf8       | should     | café         | within 3s     |
      | held     | latin1     | should     | café         | within 3s     |
      | violated | latin1     | should not | café         | throughout 1s |
      | held     | long       | should     | a ship       | within 3s     |
      | violated | long       | should not | a ship       | throughout 1s |
      | held     | unclosed   | should     | more         | within 3s     |
      | held     | comment    | should     | all is well  | within 3s     |

  Scenario Outline: <verdict>: she came to rest at http://app/page/plain; she <should> see a ship at <url>
    When alice opens http://app/page/plain
    Then alice <should> see "a ship" at <url> <deadline>

    # S4, T5: she is elsewhere.
    Examples: namesakes
      | verdict      | url                       | should     | deadline      |
      | inconclusive | http://app/pag            | should not | throughout 1s |
      | inconclusive | http://app/page/pla       | should not | throughout 1s |
      | inconclusive | http://app-1/page/plain   | should not | throughout 1s |
      | inconclusive | http://ap/page/plain      | should not | throughout 1s |
      | inconclusive | http://app:8080/page      | should not | throughout 1s |
      | inconclusive | https://app/page/plain    | should not | throughout 1s |
      | inconclusive | http://app/page/plain/two | should not | throughout 1s |
      | inconclusive | http://app/other          | should     | within 1s     |
      | inconclusive | http://app/pag            | should     | within 1s     |

    Examples: the beginning of the place, in whole segments
      | verdict  | url              | should     | deadline      |
      | held     | http://app/page  | should     | within 2s     |
      | held     | http://app/page/ | should     | within 2s     |
      | held     | http://app/      | should     | within 2s     |
      | violated | http://app/page  | should not | throughout 1s |

    # S5
    Examples: the same place in another spelling
      | verdict  | url                         | should     | deadline      |
      | held     | http://APP/page/plain       | should     | within 2s     |
      | held     | http://app:80/page/plain    | should     | within 2s     |
      | held     | http://app/a/../page/plain  | should     | within 2s     |
      | held     | http://app                  | should     | within 2s     |
      | held     | http://app/p%61ge/plain     | should     | within 2s     |
      | violated | http://APP/page/plain       | should not | throughout 1s |
      | violated | http://app:80/page/plain    | should not | throughout 1s |
      | violated | http://app/a/../page/plain  | should not | throughout 1s |
      | violated | http://app                  | should not | throughout 1s |

  Scenario Outline: <verdict>: she opens <opened>; she <should> see a ship at <url>
    When alice opens <opened>
    Then alice <should> see "a ship" at <url> <deadline>

    Examples: led there
      | verdict  | opened                           | should     | url                   | deadline      |
      | held     | http://app/hop/3                 | should     | http://app/hop/0      | within 3s     |
      | violated | http://app/hop/3                 | should not | http://app/hop/0      | throughout 1s |
      | held     | http://app/to/app-1/page/plain   | should     | http://app-1/page     | within 3s     |
      | held     | http://app/page/refresh-to-plain | should     | http://app/page/plain | within 5s     |
      | held     | http://app/page/refresh-in-a-day | should     | http://app/page       | within 5s     |
      | held     | http://app/page/plain?a=1&b=2    | should     | http://app/page/plain | within 3s     |
      | held     | http://app/big                   | should     | http://app/big        | within 5s     |

  # T1
  Scenario: held: what a browser says at its limit of redirects
    When alice opens http://app/loop
    Then alice should see "ERR_TOO_MANY_REDIRECTS" at http://app/loop within 5s

  Scenario Outline: <verdict>: one page and then another; she <should> see <text>
    When alice opens http://app/page/plain
    And alice opens http://app/page/other
    Then alice <should> see "<text>" at http://app/page/other <deadline>

    Examples: so before and not after
      | verdict  | should     | text    | deadline      |
      | violated | should     | a ship  | within 1s     |
      | held     | should not | a ship  | throughout 1s |
      | held     | should     | a train | within 3s     |

  Scenario Outline: <verdict>: the page comes while it is watched; she <should> see a ship
    When alice opens http://app/slow/3500
    Then alice <should> see "a ship" at http://app/slow <deadline>

    Examples: becomes so
      | verdict  | should     | deadline      |
      | held     | should     | within 8s     |
      | violated | should not | throughout 7s |
      | violated | should not | within 7s     |

  Scenario: violated: she is still on the way
    When alice opens http://app/hang
    Then alice should see "a ship" at http://app/hang within 2s

  Scenario: violated: nobody answers
    When app is killed
    And alice opens http://app/page/plain
    Then alice should see "a ship" at http://app/page/plain within 2s

  Scenario: held: the app was killed after she saw it
    When alice opens http://app/page/plain
    And app is killed
    Then alice should see "a ship" at http://app/page/plain within 2s

  Scenario Outline: inconclusive: somebody who opened nothing <should> see a ship
    When alice opens http://app/page/plain
    Then <who> <should> see "a ship" at http://app/page/plain <deadline>

    Examples: never acted, and namesakes
      | who    | should     | deadline      |
      | bob    | should     | within 1s     |
      | bob    | should not | throughout 1s |
      | alice1 | should     | within 1s     |
      | alice1 | should not | throughout 1s |
