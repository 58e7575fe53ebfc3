using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class ConfigurationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("akka { loggers = [], stdout-loglevel = OFF, loglevel = WARNING, log-dead-letters = off }")]
    [InlineData("""
        # a program that owns its terminal
        akka.loggers = []
        akka {
          stdout-loglevel : "OFF"   // nothing
          loglevel = WARNING
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
        }
        """)]
    public async Task Without_loggers_and_lines_on_dead_letters_subscribers_hear_of_failures_alone(string hocon)
    {
        using var actors = ActorSystem.Create("quiet", ConfigurationFactory.ParseString(hocon));
        var probe = new Probe(actors);
        actors.EventStream.Subscribe(probe.Ref, typeof(Info));
        actors.EventStream.Subscribe(probe.Ref, typeof(Warning));
        actors.EventStream.Subscribe(probe.Ref, typeof(Error));
        var clumsy = actors.ActorOf(Props.Create(() => new Clumsy()), "clumsy");

        clumsy.Tell("carry");
        (await probe.Next<Error>()).LogSource.Should().Be("akka://quiet/user/clumsy");
        clumsy.Tell(1.5);
        await clumsy.GracefulStop(Patience);
        clumsy.Tell("too late");

        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public void Text_without_settings_is_the_default()
    {
        using var actors = ActorSystem.Create("plain", ConfigurationFactory.ParseString("  # nothing\n"));

        actors.Name.Should().Be("plain");
    }

    [Theory]
    [Trait("Holds", "stand-in")]
    [InlineData("akka.actor.provider = remote", "*akka.actor.provider*not known*akka.loggers*")]
    [InlineData("akka { loggers = [\"Akka.Event.DefaultLogger\"] }", "*akka.loggers cannot be [[]\"Akka.Event.DefaultLogger\"] here*can be [[]]*")]
    [InlineData("akka.loggers = [ ]", "*akka.loggers cannot be [[] ] here*")]
    [InlineData("akka.loglevel = DEBUG", "*akka.loglevel cannot be DEBUG here*OFF or ERROR or WARNING*")]
    [InlineData("akka.loglevel = LOUD", "*akka.loglevel cannot be LOUD here*")]
    [InlineData("akka.stdout-loglevel = INFO", "*akka.stdout-loglevel*OFF*")]
    [InlineData("akka.log-dead-letters = 10", "*akka.log-dead-letters cannot be 10*off*")]
    [InlineData("akka.log-dead-letters-during-shutdown = on", "*during-shutdown cannot be on*")]
    [InlineData("akka {\n  loggers = []\n", "*Line 3*{ of akka is not closed*")]
    [InlineData("akka.loggers = []\n}", "*Line 2*} without*")]
    [InlineData("akka.loggers = [", "*[[] of akka.loggers is not closed*")]
    [InlineData("akka.loglevel", "*after the key akka.loglevel comes neither*")]
    [InlineData("akka.loglevel =", "*a value is missing*")]
    [InlineData("= OFF", "*a key is missing*")]
    [InlineData("akka.loglevel = \"OFF", "*quotation mark is not closed*")]
    public void What_this_subset_cannot_honour_is_refused(string hocon, string message)
    {
        var create = () => ActorSystem.Create("refused", ConfigurationFactory.ParseString(hocon));

        create.Should().Throw<ConfigurationException>().WithMessage(message.Replace("[[]", "[", StringComparison.Ordinal));
    }

    private sealed class Clumsy : ReceiveActor
    {
        public Clumsy() => Receive<string>(_ => throw new InvalidOperationException("spilt"));
    }
}
