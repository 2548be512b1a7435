Feature: What could have kept a dead bot's name from leading to the Showcase host
  The way there has four links: the bot is published although it is dead; its name, once Docker forgets it, is a name of the Showcase
  host, since the public DNS has a wildcard; nginx follows the name wherever it leads; and the port is one that answers there.

  Rule: A bot is published when it is started, on whichever port it names

    @gate
    Scenario: A deployer that waits for an answer does not publish a dead bot
      Given the trap lab with deploy_gate at answers-first
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be failure within 15s
      # The dead bot's name means something else only once it is gone.
      And example.to-hutohu.trap.show should not be running within 15s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 1 new lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 404 by nginx at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "404 Not Found" at http://example.to-hutohu.trap.show/ within 5s
      And to-hutohu should not be in a redirect loop within 5s

    # The name leads astray all the same, to a host on which nobody listens on that port. The owner is not sent in circles, and gets an
    # error page: another outage, and no gate.
    @control
    Scenario: A port that nothing else listens on leads nowhere
      Given the trap lab with app_port at 3000
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should be exited within 5s
      And example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 502 by nginx at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "502 Bad Gateway" at http://example.to-hutohu.trap.show/ within 5s
      And to-hutohu should not be in a redirect loop within 5s

  Rule: The wildcard is for browsers, and the servers believe it too

    # Without it, a dead bot's name means nothing, and nginx refuses every reload until the bot is repaired or gone: nobody can deploy,
    # and everybody is told why: another outage. This bot lives at first, so that its own deploy is sure to go well.
    @control
    Scenario: Servers that are not told of the wildcard fail loudly
      Given the trap lab with wildcard_record at public-only
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And nginx should log at least 1 lines with "gracefully shutting down" within 5s
      When example.to-hutohu.trap.show is killed
      Then example.to-hutohu.trap.show should not resolve to showcase only from nginx within 5s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be failure within 10s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 504 by nginx at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "504 Gateway Time-out" at http://example.to-hutohu.trap.show/ within 5s
      And to-hutohu should not be in a redirect loop within 5s

  Rule: nginx follows a name, and it matters which name rather than when

    # A fresh look finds the wildcard's answer sooner: not even a second deploy is needed.
    @insufficient
    Scenario: Looking the name up for each request leads astray at once
      Given the trap lab with nginx_resolution at at-request
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      And nginx should log at least 1 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should still be in a redirect loop after 26 turns within 20s

    # nginx has `resolve` from 1.27.3 on; the one of that day would not have started with it.
    @insufficient @nightly
    Scenario: An upstream that is looked up all the time leads astray as well
      Given the trap lab with nginx_resolution at upstream-resolve and nginx_release at 1.30
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      # nginx keeps the address it had until it has looked the name up again.
      When kaz asks for http://example.to-hutohu.trap.show/ every 200ms
      Then showcase should log at least 1 requests for example.to-hutohu.trap.show within 15s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should still be in a redirect loop after 26 turns within 20s

    # No DNS but Docker's ever answers for a container's own name, so a dead container's leads nowhere: to an error page.
    @control
    Scenario: A name that only Docker knows dies with its container
      Given the trap lab with nginx_resolution at container-name
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 502 by nginx at example.to-hutohu.trap.show within 5s
      And to-hutohu should see "502 Bad Gateway" at http://example.to-hutohu.trap.show/ within 5s
      And to-hutohu should not be in a redirect loop within 5s

    # A name in proxy_pass is looked up when the configuration is loaded, in the oldest of these releases and in the newest.
    @insufficient @nightly
    Scenario Outline: nginx <release> does the same
      Given the trap lab with nginx_release at <release>
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      And example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should still be in a redirect loop after 26 turns within 20s

      Examples:
        | release |
        | 1.18    |
        | 1.26    |
        | 1.30    |
