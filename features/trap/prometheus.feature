Feature: The loop as Prometheus shows it
  That night's first look was at Prometheus, which showed a server at its limit. It shows more to whoever asks: the thirteen calls of
  the page's start, all at the same pace, as if the whole club had opened the chat at once. Who it is, only the access log tells.

  # traQ's limit is 0.3 processors. Figures are read every second; a rate over five seconds needs as long to rise and to fall: about 20 s.
  # A rate whose window has only two figures, since the others came late, is two fifths of what it should be: hence the distance from 0.2
  # to 0.05.
  @control @serial @prometheus
  Scenario: While the tab is open traQ is at its limit, and no longer once it is closed
    Given the trap lab
    And to-hutohu is logged-in at q.trap.jp
    When to-hutohu pushes bot as example with showcase.yaml
      """
      type: runtime
      entrypoint: python3 bot.py
      http_proxy: ${APP_PORT}
      """
    Then the last deploy of example.to-hutohu.trap.show should be success within 10s
    And example.to-hutohu.trap.show should be exited within 5s
    When kaz pushes page as home
    Then the last deploy of home.kaz.trap.show should be success within 10s
    And nginx should log at least 2 lines with "gracefully shutting down" within 5s
    And 'rate(container_cpu_usage_seconds_total{name="traq"}[5s])' in prometheus should be below 0.05 within 15s
    When to-hutohu opens http://example.to-hutohu.trap.show/
    Then 'rate(container_cpu_usage_seconds_total{name="traq"}[5s])' in prometheus should be above 0.2 within 15s
    And 'rate(container_cpu_cfs_throttled_periods_total{name="traq"}[5s]) / rate(container_cpu_cfs_periods_total{name="traq"}[5s])' in prometheus should be above 0.5 within 15s
    And 'rate(process_cpu_seconds_total{job="traq"}[5s])' in prometheus should be above 0.2 within 15s
    # So many of traQ's calls are asked for more than once a second.
    And 'sum(rate(http_requests_total{path=~"/api/1.0/.+"}[5s]) > bool 1)' in prometheus should be exactly 13 within 15s
    When to-hutohu leaves
    Then 'rate(container_cpu_usage_seconds_total{name="traq"}[5s])' in prometheus should be below 0.05 within 15s
    And 'sum(rate(http_requests_total{path=~"/api/1.0/.+"}[5s]))' in prometheus should be below 1 within 15s
