Feature: What works around the login loop, in the same lab
  The loop is only worth something next to what must work, and next to what it does not touch.

  Rule: On a good day

    @control
    Scenario: A bot that lives is served by its own container
      Given the trap lab
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should be running within 5s
      And example.to-hutohu.trap.show should resolve to example.to-hutohu.trap.show only from nginx within 5s
      And example.to-hutohu.trap.show should log at least 1 lines with "the bot listens" within 5s
      And nginx should log at least 1 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 200 by example.to-hutohu.trap.show at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "the bot is up" at http://example.to-hutohu.trap.show/ within 5s

    @control
    Scenario: Whoever is logged in at traQ is let in to the console
      Given the trap lab
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu opens https://showcase.trapti.tech/
      Then to-hutohu should be answered 302 by showcase at showcase.trapti.tech within 5s
      And to-hutohu should be answered 302 by traq at q.trap.jp within 5s
      And traP_token should be sent to showcase.trapti.tech within 5s
      And to-hutohu should be answered 200 by showcase at showcase.trapti.tech within 5s
      And to-hutohu should see "Showcase" at https://showcase.trapti.tech/ within 5s

  Rule: On the bad day

    # nginx serves its files by itself: there is no name to look up, whoever's bot is dead.
    @control
    Scenario: A static site is immune
      Given the trap lab
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      And home.kaz.trap.show should resolve to showcase only from nginx within 5s
      When kaz opens http://home.kaz.trap.show/
      Then kaz should be answered 200 by nginx at home.kaz.trap.show within 5s
      And kaz should see "A member's page" at http://home.kaz.trap.show/ within 5s

    # Many bots have the same port, from the same how-to. Only the name of the dead one leads astray.
    @control
    Scenario: A bot that lives is served beside one that is dead
      Given the trap lab
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then example.to-hutohu.trap.show should be exited within 10s
      When kaz pushes bot as greeter with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of greeter.kaz.trap.show should be success within 10s
      And greeter.kaz.trap.show should log at least 1 lines with "the bot listens" within 5s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      When kaz opens http://greeter.kaz.trap.show/
      Then kaz should be answered 200 by greeter.kaz.trap.show at greeter.kaz.trap.show within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s

    # Its name is right again, and nginx does not look: whoever repairs a bot still finds it broken, until anybody deploys.
    @control
    Scenario: A bot that is started again stays misrouted until the next reload
      Given the trap lab
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should log at least 1 lines with "the bot listens" within 5s
      When example.to-hutohu.trap.show is killed
      Then example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      When kaz pushes page as home
      Then nginx should log at least 2 lines with "gracefully shutting down" within 10s
      When example.to-hutohu.trap.show is started
      Then example.to-hutohu.trap.show should resolve to example.to-hutohu.trap.show only from nginx within 5s
      And example.to-hutohu.trap.show should log at least 2 lines with "the bot listens" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      When kaz pushes page as blog
      Then nginx should log at least 3 lines with "gracefully shutting down" within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 200 by example.to-hutohu.trap.show at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "the bot is up" at http://example.to-hutohu.trap.show/ within 5s
