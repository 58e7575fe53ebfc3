using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class PropsTests : ActorSystemTest
{
    [Fact]
    public async Task An_expression_names_type_and_arguments_evaluated_once()
    {
        var calls = 0;
        var props = Props.Create(() => new Labelled(Label(ref calls), 3));
        calls.Should().Be(1);
        props.Type.Should().Be<Labelled>();
        props.Arguments.Should().Equal("label 1", 3);

        (await Actors.ActorOf(props).Ask<string>("?", Patience)).Should().Be("label 1 3");
        (await Actors.ActorOf(props).Ask<string>("?", Patience)).Should().Be("label 1 3");
        calls.Should().Be(1);
    }

    [Fact]
    public async Task Arguments_can_be_given_as_objects()
    {
        (await Actors.ActorOf(Props.Create<Labelled>("a", 1)).Ask<string>("?", Patience)).Should().Be("a 1");
        (await Actors.ActorOf(Props.Create(typeof(Labelled), null, 2)).Ask<string>("?", Patience)).Should().Be(" 2");
        (await Actors.ActorOf<Plain>().Ask<string>("?", Patience)).Should().Be("plain");
    }

    [Fact]
    public void An_expression_that_makes_nothing_is_refused()
    {
        var existing = default(Labelled)!;
        var create = () => Props.Create(() => existing);

        create.Should().Throw<InvalidCastException>();
    }

    [Fact]
    public async Task Each_restart_makes_a_new_instance_from_the_same_arguments()
    {
        var actor = Actors.ActorOf(Props.Create(() => new Labelled("x", 1)));
        actor.Tell("rename");
        (await actor.Ask<string>("?", Patience)).Should().Be("renamed 1");

        actor.Tell(false);

        (await actor.Ask<string>("?", Patience)).Should().Be("x 1");
    }

    [Fact]
    public async Task The_strategy_of_the_props_wins_over_the_actors_own()
    {
        var probe = Probe();
        var strategy = new OneForOneStrategy(_ =>
        {
            probe.Ref.Tell("asked");
            return Directive.Stop;
        });
        var parent = Actors.ActorOf(Props.Create(() => new Parent(), strategy));

        (await parent.Ask<IActorRef>("child", Patience)).Tell(false);

        await probe.Expect("asked");
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
    {
        var make = () => new Plain();

        make.Should().Throw<ActorInitializationException>();
    }

    private static string Label(ref int calls) => $"label {++calls}";

    private sealed class Labelled : ReceiveActor
    {
        public Labelled(string label, int number)
        {
            Receive<string>(text => text == "rename", _ => label = "renamed");
            Receive<string>(_ => Sender.Tell($"{label} {number}"));
            Receive<bool>(_ => throw new InvalidOperationException());
        }
    }

    private sealed class Plain : ReceiveActor
    {
        public Plain() => ReceiveAny(_ => Sender.Tell("plain"));
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent() => ReceiveAny(_ => Sender.Tell(Context.ActorOf(Props.Create(() => new Labelled("child", 0)))));

        protected override SupervisorStrategy SupervisorStrategy() => throw new InvalidOperationException("must not be asked");
    }
}
