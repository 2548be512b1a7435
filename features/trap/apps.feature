Feature: What members' apps get from Showcase
  An app is a repository with a showcase.yaml. Most are bots and small sites; some have a database; all are in their owner's list.

  Rule: Databases

    # What the second container shows was written by the first: it was read from MariaDB, and from nowhere else.
    @control @mariadb
    Scenario: An app with a database is served by its own container and shows what it stored
      Given the trap lab with deploy_gate at answers-first
      When kaz pushes diary as diary
      Then the last deploy of diary.kaz.trap.show should be success within 15s
      And diary.kaz.trap.show should be running within 5s
      And nginx should log at least 1 lines with "gracefully shutting down" within 5s
      When kaz opens http://diary.kaz.trap.show/?note=rain
      Then kaz should be answered 200 by diary.kaz.trap.show at diary.kaz.trap.show within 10s
      And kaz should see "rain" at http://diary.kaz.trap.show/ within 5s
      When kaz pushes diary as diary
      Then nginx should log at least 2 lines with "gracefully shutting down" within 15s
      When kaz opens http://diary.kaz.trap.show/
      Then kaz should be answered 200 by diary.kaz.trap.show at diary.kaz.trap.show within 10s
      And kaz should see "rain" at http://diary.kaz.trap.show/ within 5s

    @control
    Scenario: Where no MariaDB runs, the deploy fails and says so
      Given the trap lab
      When kaz pushes diary as diary
      Then the last deploy of diary.kaz.trap.show should be failure within 10s
      And showcase should log at least 1 lines with "use_mariadb: the service mariadb does not run" within 5s
      When kaz opens http://diary.kaz.trap.show/
      Then kaz should be answered 404 by nginx at diary.kaz.trap.show within 5s

    @control
    Scenario: There is no MongoDB, and the deploy says so
      Given the trap lab
      When kaz pushes diary as diary with showcase.yaml
        """
        type: runtime
        entrypoint: python3 diary.py
        http_proxy: 8000
        use_mongodb: true
        """
      Then the last deploy of diary.kaz.trap.show should be refused within 10s
      And showcase should log at least 1 lines with "Debian has no MongoDB" within 5s

  Rule: The owner's list

    @control
    Scenario: A deploy that failed at the gate is cancelled by its owner
      Given the trap lab with deploy_gate at answers-first
      And to-hutohu is logged-in at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 15s
      And nginx should log at least 1 lines with "gracefully shutting down" within 5s
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        """
      Then the last deploy of example.to-hutohu.trap.show should be failure within 15s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 200 by example.to-hutohu.trap.show at example.to-hutohu.trap.show within 5s
      When to-hutohu opens https://showcase.trapti.tech/
      Then to-hutohu should see "example.to-hutohu.trap.show failed" at https://showcase.trapti.tech/ within 5s
      And to-hutohu should see "not published: the app exited with 1" at https://showcase.trapti.tech/ within 5s
      When to-hutohu follows "Cancel"
      Then the last cancel of example.to-hutohu.trap.show should be success within 10s
      And to-hutohu should see "No applications yet." at https://showcase.trapti.tech/ within 5s
      And example.to-hutohu.trap.show should be removed within 5s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      Then to-hutohu should be answered 404 by nginx at example.to-hutohu.trap.show within 5s

    # To Showcase, a deploy is a success once the container was started. The console says what the bot is now, and offers the way in.
    @incident
    Scenario: The console's own link leads the owner of a dead bot into the circle
      Given the trap lab
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
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
      When to-hutohu opens https://showcase.trapti.tech/
      Then to-hutohu should see "example.to-hutohu.trap.show exited" at https://showcase.trapti.tech/ within 10s
      When to-hutohu follows "Open Application"
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 5s
      And to-hutohu should still be in a redirect loop after 26 turns within 20s

  Rule: Many bots on one port

    # Both bots lived when nginx looked their names up, so that where each leads is no race: to an address where nobody is any more.
    # Whoever deploys next, and whatever it is, reloads nginx, which looks up the names of all apps again.
    # Three deploys, nginx's two seconds for an address that is dead, and two loops of 26 turns: about 25 s.
    @incident
    Scenario: Somebody else's healthy deploy leads the owners of two dead bots into the circle
      Given the trap lab
      And to-hutohu is ${MEMBER_SESSION} at q.trap.jp
      And ryoha is ${MEMBER_SESSION} at q.trap.jp
      When to-hutohu pushes bot as example with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of example.to-hutohu.trap.show should be success within 10s
      When ryoha pushes bot as weather with showcase.yaml
        """
        type: runtime
        entrypoint: python3 bot.py
        http_proxy: ${APP_PORT}
        envs: { BOT_ACCESS_TOKEN: from-the-developer-console }
        """
      Then the last deploy of weather.ryoha.trap.show should be success within 10s
      And nginx should log at least 2 lines with "gracefully shutting down" within 5s
      When example.to-hutohu.trap.show is killed
      And weather.ryoha.trap.show is killed
      Then example.to-hutohu.trap.show should resolve to showcase only from nginx within 5s
      And weather.ryoha.trap.show should resolve to showcase only from nginx within 5s
      # nginx does not ask again, and gives up on the old address after two seconds.
      When to-hutohu opens http://example.to-hutohu.trap.show/
      And ryoha opens http://weather.ryoha.trap.show/
      Then to-hutohu should be answered 504 by nginx at example.to-hutohu.trap.show within 10s
      And ryoha should be answered 504 by nginx at weather.ryoha.trap.show within 10s
      When kaz pushes page as home
      Then the last deploy of home.kaz.trap.show should be success within 10s
      And nginx should log at least 3 lines with "gracefully shutting down" within 5s
      When to-hutohu opens http://example.to-hutohu.trap.show/
      And ryoha opens http://weather.ryoha.trap.show/
      Then to-hutohu should be answered 302 by showcase at example.to-hutohu.trap.show within 10s
      And ryoha should be answered 302 by showcase at weather.ryoha.trap.show within 10s
      And to-hutohu should still be in a redirect loop after 26 turns within 30s
      And ryoha should still be in a redirect loop after 26 turns within 30s
