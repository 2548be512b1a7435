Feature: One tab in a loop slows a small chat down for everybody
  traQ had 512 MB that night and shared them; it swapped. Here a limit of 0.3 processors stands for that: the kernel throttles traQ,
  and every answer waits. The victim is another member, who asks traQ for one small thing ten times a second.

  # Latency is judged over three seconds, five times one after the other, with two loops of 26 turns between: about 30 s.
  @control @serial
  Scenario: Another member waits while the tab is open, and no longer once it is closed
    Given the trap lab
    And to-hutohu is logged-in at q.trap.jp
    And ryoha is logged-in at q.trap.jp
    And temma is logged-in at q.trap.jp
    And kaz is logged-in at q.trap.jp
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
    When kaz asks for https://q.trap.jp/api/1.0/users/me every 100ms
    Then the p95 latency of kaz should be below 50ms within 15s
    # The owner, and two who want to see the bot.
    When to-hutohu opens http://example.to-hutohu.trap.show/ in passing
    And ryoha opens http://example.to-hutohu.trap.show/ in passing
    And temma opens http://example.to-hutohu.trap.show/ in passing
    Then to-hutohu should still be in a redirect loop after 26 turns within 30s
    And the p95 latency of kaz should be above 50ms within 15s
    And traq should be throttled within 15s
    # A restart loses nothing that matters: sessions are kept, and a browser loads again by itself what it could not reach.
    When traq is restarted
    And to-hutohu opens http://example.to-hutohu.trap.show/ in passing
    And ryoha opens http://example.to-hutohu.trap.show/ in passing
    And temma opens http://example.to-hutohu.trap.show/ in passing
    Then to-hutohu should still be in a redirect loop after 26 turns within 30s
    And the p95 latency of kaz should be above 50ms within 15s
    When to-hutohu leaves
    And ryoha leaves
    And temma leaves
    Then the p95 latency of kaz should be below 50ms within 15s
    And traq should not be throttled within 15s
    And the error rate of kaz should be below 1% within 15s
