Feature: Users of one app are served by another
  An update recreated two apps, and each came back at the other's address. nginx had looked their names up when it started, and goes on
  asking these addresses. Nothing fails: the shop's users are answered 200, by the blog.

  A container that is stopped loses its address; whichever is started first gets the lowest free one.

  @incident @why
  Scenario: The shop's users get the blog
    Given the two-apps lab
    When alice opens http://proxy/shop
    Then alice should be answered 200 by shop at proxy within 5s
    When blog is stopped
    And shop is stopped
    And blog is started
    And shop is started
    Then shop should log at least 2 lines with "start worker processes" within 10s
    And shop should resolve to shop only from proxy within 5s
    # Not only for the second for which a proxy may remember an address.
    When bob asks for http://proxy/shop every 200ms
    Then blog should log at least 15 requests for proxy/shop within 10s
    When bob leaves
    And alice opens http://proxy/shop
    Then alice should see "this is the blog" at http://proxy/shop within 5s
    And alice should be answered 200 by blog at proxy within 5s

  @gate
  Scenario: A proxy that looks the names up again serves each app to its users
    Given the two-apps lab with app_names at resolver
    When alice opens http://proxy/shop
    Then alice should be answered 200 by shop at proxy within 5s
    When blog is stopped
    And shop is stopped
    And blog is started
    And shop is started
    Then shop should log at least 2 lines with "start worker processes" within 10s
    When bob asks for http://proxy/shop every 200ms
    Then shop should log at least 10 requests for proxy/shop within 10s
    And the error rate of bob should be below 1% within 10s
    When bob leaves
    And alice opens http://proxy/shop
    Then alice should be answered 200 by shop at proxy within 5s
    And alice should see "this is the shop" at http://proxy/shop within 5s

  @control
  Scenario: A proxy that is reloaded serves each app to its users again
    Given the two-apps lab
    When blog is stopped
    And shop is stopped
    And blog is started
    And shop is started
    Then shop should log at least 2 lines with "start worker processes" within 10s
    When "nginx -s reload" is run in proxy
    Then the last run of proxy should be success within 1s
    And proxy should log at least 1 lines with "gracefully shutting down" within 5s
    When alice opens http://proxy/shop
    Then alice should be answered 200 by shop at proxy within 5s
