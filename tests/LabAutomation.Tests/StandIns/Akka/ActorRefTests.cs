using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class ActorRefTests : ActorSystemTest
{
    [Fact]
    public async Task A_reference_knows_its_path()
    {
        var parent = Actors.ActorOf(Props.Create(() => new Parent()), "parent");
        var child = await parent.Ask<IActorRef>("child-1", Patience);

        child.Path.ToString().Should().Be("akka://bench/user/parent/child-1");
        child.Path.Name.Should().Be("child-1");
        child.Path.Parent.Should().Be(parent.Path);
        child.Path.Parent.Parent.Name.Should().Be("user");
        child.Path.Parent.Parent.Parent.ToString().Should().Be("akka://bench/");
        child.Path.Parent.Parent.Parent.Parent.Should().BeNull();
        child.ToString().Should().Be($"[akka://bench/user/parent/child-1#{child.Path.Uid}]");
    }

    [Fact]
    public async Task References_are_equal_for_one_incarnation_only()
    {
        var first = Actors.ActorOf(Props.Create(() => new Parent()), "again");
        await first.GracefulStop(Patience);
        IActorRef second = ActorRefs.Nobody;
        while (second.IsNobody())
        {
            try
            {
                second = Actors.ActorOf(Props.Create(() => new Parent()), "again");
            }
            catch (InvalidActorNameException)
            {
                await Task.Yield();
            }
        }

        second.Path.Should().Be(first.Path);
        second.Should().NotBe(first);
    }

    [Fact]
    public void Names_are_unique_among_siblings_and_checked()
    {
        Actors.ActorOf(Props.Create(() => new Parent()), "one");

        foreach (var name in new[] { "one", "", "$x", "a/b", "white space", "ä" })
        {
            var create = () => Actors.ActorOf(Props.Create(() => new Parent()), name);
            create.Should().Throw<InvalidActorNameException>(name);
        }
    }

    [Fact]
    public void Unnamed_actors_get_names_in_turn()
    {
        var names = Enumerable.Range(0, 66).Select(_ => Actors.ActorOf(Props.Create(() => new Parent())).Path.Name).ToArray();

        names[0].Should().Be("$a");
        names[63].Should().Be("$~");
        names[64].Should().Be("$ab");
        names.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Children_are_found_by_name()
    {
        var parent = Actors.ActorOf(Props.Create(() => new Parent()));
        var a = await parent.Ask<IActorRef>("a", Patience);
        var b = await parent.Ask<IActorRef>("b", Patience);

        (await parent.Ask<IActorRef[]>(0, Patience)).Should().BeEquivalentTo([a, b]);
        (await parent.Ask<bool>(1, Patience)).Should().BeTrue();
    }

    [Fact]
    public async Task Forward_keeps_the_sender_and_Tell_is_from_the_actor()
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Relay(probe.Ref)));

        actor.Tell("x", Actors.DeadLetters);

        await probe.Expect("x");
        probe.LastSender.Should().Be(Actors.DeadLetters);
        await probe.Expect("x");
        probe.LastSender.Should().Be(actor);
    }

    [Fact]
    public async Task Null_cannot_be_told_to_an_actor_and_Nobody_takes_anything()
    {
        var actor = Actors.ActorOf(Props.Create(() => new Parent()));
        await actor.Ask<IActorRef>("started", Patience);
        var tell = () => actor.Tell(null!);

        tell.Should().Throw<ArgumentNullException>();
        ActorRefs.Nobody.Tell("anything");
        ActorRefs.NoSender.IsNobody().Should().BeTrue();
    }

    [Fact]
    public async Task The_context_is_out_of_reach_outside_of_the_actors_turn()
    {
        var actor = Actors.ActorOf(Props.Create(() => new Leaky()));

        var look = await actor.Ask<Func<IActorRef>>("?", Patience);

        look.Should().Throw<NotSupportedException>().WithMessage("*ActorContext*");
    }

    [Fact]
    public void System_names_are_checked()
    {
        var create = () => ActorSystem.Create("not a name");

        create.Should().Throw<ArgumentException>().WithMessage("*not a name*");
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent()
        {
            Receive<string>(name => Sender.Tell(Context.ActorOf(Props.Create(() => new Parent()), name)));
            Receive<int>(_ => Sender.Tell(Context.GetChildren().ToArray()), number => number == 0);
            Receive<int>(_ => Sender.Tell(!Context.Child("a").IsNobody() && Context.Child("c").Equals(ActorRefs.Nobody)));
        }
    }

    private sealed class Relay : ReceiveActor
    {
        public Relay(IActorRef probe) => ReceiveAny(message =>
        {
            probe.Forward(message);
            probe.Tell(message);
        });
    }

    private sealed class Leaky : ReceiveActor
    {
        public Leaky() => ReceiveAny(_ => Sender.Tell(new Func<IActorRef>(() => Context.Sender)));
    }
}
