Feature: nginx goes on asking an app's old address after its container was recreated
  An update recreates an app's containers, and each comes back at another address. nginx had looked the app's name up once, when it
  started, and answers 502 until somebody reloads it. getsentry/self-hosted describes this outage in its nginx.conf, and what it
  changed: `resolve`, with Docker's resolver.

  A container that is stopped loses its address; whichever is started first gets the lowest free one.

  @incident @why
  Scenario: The proxy asks the address that the worker has now
    Given the recreated lab
    When worker is stopped
    And app is stopped
    And worker is started
    And app is started
    Then app should log at least 2 lines with "start worker processes" within 10s
    And app should resolve to app only from proxy within 5s
    When alice opens http://proxy/
    Then alice should be answered 502 by proxy at proxy within 5s

  # Judged by what the user gets, and by the app's own log: so any nginx.conf can stand here, whatever it logs.
  @gate @serial
  Scenario: A proxy that looks the name up again serves the app within 20 seconds
    Given the recreated lab with nginx_conf at resolver
    When bob opens http://proxy/
    Then bob should see "the app is here" at http://proxy/ within 5s
    When worker is stopped
    And app is stopped
    And worker is started
    And app is started
    Then app should log at least 2 lines with "start worker processes" within 10s
    When alice asks for http://proxy/ every 200ms
    Then the error rate of alice should be below 1% within 20s
    When alice leaves
    And bob opens http://proxy/
    Then app should log at least 10 lines with "GET" within 5s
    And bob should see "the app is here" at http://proxy/ within 5s

  # What operators did on the day.
  @control
  Scenario: A proxy that is restarted finds the app again
    Given the recreated lab
    When worker is stopped
    And app is stopped
    And worker is started
    And app is started
    Then app should log at least 2 lines with "start worker processes" within 10s
    When proxy is restarted
    Then proxy should log at least 2 lines with "start worker processes" within 10s
    When alice opens http://proxy/
    Then alice should be answered 200 by app at proxy within 5s
