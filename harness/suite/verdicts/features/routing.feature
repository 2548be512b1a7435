Feature: Where load balancers send requests
  Of the requests that were sent since this Then began; and who gets none.

  Background:
    Given the lists lab

  Scenario Outline: <verdict>: requests go to <upstream>, and the catalogue has 10.9.0.1; lb-1 <should> route to a terminated instance
    When "tell upstream <upstream>" is run in lb-1
    And "tell list registry 10.9.0.1:80" is run in registry
    And alice sends 20/s to http://lb-1/route
    Then lb-1 <should> route to a terminated instance of web <deadline>

    Examples: so, both signs, never was, and a namesake
      | verdict  | upstream                 | should     | deadline      |
      | held     | 10.9.0.2:80              | should     | within 5s     |
      | violated | 10.9.0.2:80              | should not | throughout 4s |
      | violated | 10.9.0.2:80              | should not | within 4s     |
      | held     | 10.9.0.1:80              | should not | throughout 3s |
      | violated | 10.9.0.1:80              | should     | within 3s     |
      | held     | 10.9.0.1:80 10.9.0.2:80  | should     | within 5s     |
      | held     | 10.9.0.22:80             | should not | throughout 3s |
      | held     | 10.9.0.2:8080            | should not | throughout 3s |

    # T17: the dead one was only tried. A retry that is not named is no evidence.
    Examples: tried elsewhere first
      | verdict      | upstream                 | should     | deadline      |
      | held         | 10.9.0.2:80>10.9.0.1:80  | should     | within 5s     |
      | violated     | 10.9.0.2:80>10.9.0.1:80  | should not | throughout 4s |
      | inconclusive | +10.9.0.1:80             | should     | within 3s     |
      | inconclusive | +10.9.0.1:80             | should not | throughout 3s |
      | held         | +10.9.0.2:80             | should     | within 5s     |

  Scenario Outline: <verdict>: requests went to it, and no longer do; lb-1 <should> route to a terminated instance
    When "tell list registry 10.9.0.1:80" is run in registry
    And "tell upstream 10.9.0.2:80" is run in lb-1
    And alice sends 20/s to http://lb-1/route
    Then lb-1 should route to a terminated instance of web within 5s
    When "tell upstream 10.9.0.1:80" is run in lb-1
    Then lb-1 <should> route to a terminated instance of web <deadline>

    Examples: so before and not after
      | verdict  | should     | deadline      |
      | violated | should     | within 3s     |
      | held     | should not | throughout 3s |

  Scenario Outline: <verdict>: it is terminated while it is watched; lb-1 <should> route to a terminated instance
    When "tell upstream 10.9.0.2:80" is run in lb-1
    And alice sends 20/s to http://lb-1/route
    And "tell after 1500 list registry 10.9.0.1:80" is run in registry
    Then lb-1 <should> route to a terminated instance of web <deadline>

    Examples: becomes so
      | verdict  | should     | deadline      |
      | held     | should     | within 7s     |
      | violated | should not | throughout 6s |

  # It comes back: what was sent in between was wrong.
  Scenario: violated: it is terminated for a second, throughout not
    When "tell upstream 10.9.0.2:80" is run in lb-1
    And alice sends 20/s to http://lb-1/route
    And "tell after 1500 list registry 10.9.0.1:80" is run in registry
    And "tell after 3000 list registry 10.9.0.1:80,10.9.0.2:80" is run in registry
    Then lb-1 should not route to a terminated instance of web throughout 6s

  Scenario Outline: inconclusive: <what>; lb-1 <should> route to a terminated instance
    When "tell upstream 10.9.0.2:80" is run in <service>
    And "tell list registry <reading>" is run in registry
    And alice sends 20/s to http://<service>/route
    Then lb-1 <should> route to a terminated instance of web <deadline>

    Examples: never asked, a namesake, and a gap
      | what                            | service | reading     | should     | deadline      |
      | another one is asked            | lb-2    | 10.9.0.1:80 | should     | within 2s     |
      | another one is asked            | lb-2    | 10.9.0.1:80 | should not | throughout 2s |
      | the catalogue cannot be read    | lb-1    | broken      | should not | throughout 3s |
      | the catalogue cannot be read    | lb-1    | broken      | should     | within 3s     |

  Scenario: inconclusive: nobody asks
    When "tell list registry 10.9.0.1:80" is run in registry
    Then lb-1 should not route to a terminated instance of web throughout 2s

  Scenario Outline: inconclusive: lb-1 is <change>; it <should> route to a terminated instance
    When "tell upstream 10.9.0.1:80" is run in lb-1
    And "tell list registry 10.9.0.1:80" is run in registry
    And alice sends 20/s to http://lb-1/route
    Then lb-1 should not route to a terminated instance of web throughout 2s
    When lb-1 is <change>
    Then lb-1 <should> route to a terminated instance of web <deadline>

    Examples: dead
      | change | should     | deadline      |
      | killed | should     | within 2s     |
      | killed | should not | throughout 2s |

  # S17: their lines come four seconds later. They are waited for, or there is no verdict.
  Scenario: violated or inconclusive: requests to a terminated instance are still out
    When "tell upstream 10.9.0.2:80" is run in lb-1
    And "tell list registry 10.9.0.1:80" is run in registry
    And alice sends 20/s to http://lb-1/route/4000
    Then lb-1 should not route to a terminated instance of web throughout 2s

  Scenario: violated or inconclusive: of some requests the lines have come, and others are still out
    When "tell upstream 10.9.0.1:80" is run in lb-1
    And "tell list registry 10.9.0.1:80" is run in registry
    And alice sends 20/s to http://lb-1/route
    Then lb-1 should not route to a terminated instance of web throughout 1s
    When "tell upstream 10.9.0.2:80" is run in lb-1
    And alice leaves
    And bob sends 20/s to http://lb-1/route/4000
    Then lb-1 should not route to a terminated instance of web throughout 2s

  Scenario Outline: <verdict>: <first> and <second>; any load balancer <should> route to a terminated instance
    When "tell upstream <first>" is run in lb-1
    And "tell upstream <second>" is run in lb-2
    And lb-10 is killed
    And "tell list registry 10.9.0.1:80" is run in registry
    And alice sends 20/s to http://lb-1/route
    And bob sends 20/s to http://lb-2/route
    Then any load balancer of web <should> route to a terminated instance <deadline>

    Examples: both signs
      | verdict  | first       | second      | should     | deadline      |
      | held     | 10.9.0.1:80 | 10.9.0.2:80 | should     | within 5s     |
      | violated | 10.9.0.1:80 | 10.9.0.2:80 | should not | throughout 4s |
      | held     | 10.9.0.1:80 | 10.9.0.1:80 | should not | throughout 3s |
      | violated | 10.9.0.1:80 | 10.9.0.1:80 | should     | within 3s     |

  # Each that has logged requests has to have logged one of these.
  Scenario Outline: <verdict>: nobody asks lb-2 any more; any load balancer <should> route to a terminated instance
    When "tell upstream <first>" is run in lb-1
    And lb-10 is killed
    And "tell upstream 10.9.0.1:80" is run in lb-2
    And "tell list registry 10.9.0.1:80" is run in registry
    And alice sends 20/s to http://lb-1/route
    And bob sends 20/s to http://lb-2/route
    Then lb-2 should not route to a terminated instance of web throughout 1s
    When bob leaves
    Then any load balancer of web <should> route to a terminated instance <deadline>

    Examples:
      | verdict      | first       | should     | deadline      |
      | held         | 10.9.0.2:80 | should     | within 5s     |
      | violated     | 10.9.0.2:80 | should not | throughout 4s |
      | inconclusive | 10.9.0.1:80 | should not | throughout 3s |

  Scenario Outline: <verdict>: requests go to <upstream>; web <should> have <comparison> idle instances
    When "tell upstream <upstream>" is run in lb-1
    And alice sends 20/s to http://lb-1/route
    Then web <should> have <comparison> idle instances <deadline>

    Examples: so, both signs, and the boundary
      | verdict  | upstream                | should     | comparison | deadline      |
      | held     | 10.9.0.1:80             | should     | exactly 1  | within 8s     |
      | held     | 10.9.0.1:80 10.9.0.2:80 | should     | exactly 0  | within 8s     |
      | violated | 10.9.0.1:80 10.9.0.2:80 | should     | at least 1 | within 6s     |
      | violated | 10.9.0.1:80             | should     | exactly 0  | within 6s     |
      | violated | 10.9.0.1:80             | should     | at least 2 | within 6s     |
      | held     | 10.9.0.1:80             | should not | at least 2 | within 8s     |
      | violated | 10.9.0.1:80             | should not | exactly 1  | within 6s     |

  Scenario Outline: <verdict>: one of two got nothing, and now both do; web <should> have <comparison> idle instances
    When "tell upstream 10.9.0.1:80" is run in lb-1
    And alice sends 20/s to http://lb-1/route
    Then web should have exactly 1 idle instances within 8s
    When "tell upstream 10.9.0.1:80 10.9.0.2:80" is run in lb-1
    Then web <should> have <comparison> idle instances <deadline>

    Examples: so before and not after
      | verdict  | should | comparison | deadline  |
      | held     | should | exactly 0  | within 8s |
      | violated | should | exactly 2  | within 6s |

  Scenario Outline: inconclusive: <what>; web <should> have <comparison> idle instances
    When "tell upstream 10.9.0.1:80" is run in lb-1
    And "tell list registry <reading>" is run in registry
    And alice sends <rate> to http://lb-1/<path>
    Then web <should> have <comparison> idle instances <deadline>

    Examples: never acted, too few, and a gap
      | what                             | reading                 | rate | path  | should     | comparison | deadline      |
      | requests go nowhere              | 10.9.0.1:80,10.9.0.2:80 | 20/s | ok    | should     | exactly 2  | within 4s     |
      | requests go nowhere              | 10.9.0.1:80,10.9.0.2:80 | 20/s | ok    | should not | at least 1 | throughout 4s |
      | there are too few                | 10.9.0.1:80,10.9.0.2:80 | 1/s  | route | should     | exactly 1  | within 4s     |
      | the catalogue cannot be read     | broken                  | 20/s | route | should     | exactly 1  | within 5s     |
      | the catalogue has none           | empty                   | 20/s | route | should     | exactly 0  | within 5s     |
