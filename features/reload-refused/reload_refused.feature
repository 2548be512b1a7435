Feature: One app that is stopped keeps every change from going live
  nginx looks up the literal names of its configuration whenever it reads it. One that means nothing is an error of the whole
  configuration (`host not found in upstream`): a reload is refused, and nginx goes on with the old one. So an app that was stopped, which
  harms nobody else, keeps the changes of all others from going live; and a nginx that is restarted does not come back.

  # To users it is as if nothing had been changed: so this is not what the incident is, which needs more than what users do.
  @incident
  Scenario: A change for the shop does not go live while the blog is stopped
    Given the two-apps lab
    When alice opens http://proxy/shop
    Then alice should see "this is the shop" at http://proxy/shop within 5s
    When blog is stopped
    And "sh -c 'mkdir /etc/nginx/live && cp /etc/nginx/sale.conf /etc/nginx/live/'" is run in proxy
    And "nginx -s reload" is run in proxy
    Then the last run of proxy should be failure within 1s
    When alice opens http://proxy/sale
    Then alice should be answered 404 by proxy at proxy within 5s

  @incident @why
  Scenario: A proxy that is restarted while the blog is stopped serves nobody
    Given the two-apps lab
    When alice opens http://proxy/shop
    Then alice should see "this is the shop" at http://proxy/shop within 5s
    And proxy should be running within 5s
    When blog is stopped
    And proxy is restarted
    Then proxy should log at least 1 lines with "host not found in upstream" within 5s
    And proxy should be exited within 5s
    When alice opens http://proxy/shop
    Then alice should get no answer from proxy within 5s

  @insufficient
  Scenario: With names in an upstream it is refused all the same
    Given the two-apps lab with app_names at upstream
    When blog is stopped
    And "sh -c 'mkdir /etc/nginx/live && cp /etc/nginx/sale.conf /etc/nginx/live/'" is run in proxy
    And "nginx -s reload" is run in proxy
    Then the last run of proxy should be failure within 1s
    When alice opens http://proxy/sale
    Then alice should be answered 404 by proxy at proxy within 5s

  @gate
  Scenario: A proxy that looks names up when it is asked takes the change, and restarts
    Given the two-apps lab with app_names at resolver
    When blog is stopped
    And "sh -c 'mkdir /etc/nginx/live && cp /etc/nginx/sale.conf /etc/nginx/live/'" is run in proxy
    And "nginx -s reload" is run in proxy
    Then the last run of proxy should be success within 1s
    And proxy should log at least 1 lines with "gracefully shutting down" within 5s
    When alice opens http://proxy/sale
    Then alice should see "the sale has begun" at http://proxy/sale within 5s
    When proxy is restarted
    And alice opens http://proxy/shop
    Then alice should see "this is the shop" at http://proxy/shop within 5s

  @control
  Scenario: Once the blog is back the change goes live
    Given the two-apps lab
    When blog is stopped
    And "sh -c 'mkdir /etc/nginx/live && cp /etc/nginx/sale.conf /etc/nginx/live/'" is run in proxy
    And "nginx -s reload" is run in proxy
    Then the last run of proxy should be failure within 1s
    When blog is started
    Then blog should resolve to blog only from proxy within 5s
    When "nginx -s reload" is run in proxy
    Then the last run of proxy should be success within 1s
    And proxy should log at least 1 lines with "gracefully shutting down" within 5s
    When alice opens http://proxy/sale
    Then alice should see "the sale has begun" at http://proxy/sale within 5s
