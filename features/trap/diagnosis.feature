Feature: What it was not, and what would have told
  That night's first diagnosis was wrong: members were uploading images, and uploads were held to be the cause.

  @control @serial
  Scenario: Uploads alone slow nobody down
    Given the trap lab
    And kaz is logged-in at q.trap.jp
    And takashi is logged-in at q.trap.jp
    When takashi uploads 500KB to https://q.trap.jp/api/1.0/files every 250ms
    And kaz asks for https://q.trap.jp/api/1.0/users/me every 100ms
    Then traq should log at least 5 requests for q.trap.jp/api/1.0/files within 15s
    And the error rate of takashi should be below 1% within 15s
    And the median latency of kaz should be below 30ms within 15s
    And traq should not be throttled within 10s

  @control @serial
  Scenario: Two logs tell who it is, and from where, while uploads go on
    Given the trap lab
    And to-hutohu is logged-in at q.trap.jp
    And takashi is logged-in at q.trap.jp
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
    When takashi uploads 500KB to https://q.trap.jp/api/1.0/files every 250ms
    And to-hutohu opens http://example.to-hutohu.trap.show/
    Then traq should be throttled within 15s
    # traQ's access log: one member asks for all that the page needs, turn after turn.
    And to-hutohu should ask traq for 13 of q.trap.jp/api/1.0/ for each of q.trap.jp/login within 20s
    # The console's: it is asked for a host that is not its own.
    And showcase should log at least 10 requests for example.to-hutohu.trap.show within 20s
