using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class AskTests : ActorSystemTest
{
    [Fact]
    public async Task The_answer_completes_the_task()
    {
        (await Answering(_ => "42").Ask<string>("?", Patience)).Should().Be("42");
        (await Answering(_ => 42).Ask("?")).Should().Be(42);
    }

    [Fact]
    public async Task No_answer_in_time_is_an_AskTimeoutException()
    {
        var ask = () => Actors.ActorOf(Props.Create(() => new Silent())).Ask<string>("?", TimeSpan.FromMilliseconds(20));

        (await ask.Should().ThrowAsync<AskTimeoutException>()).WithMessage("Timeout after 0.02 seconds");
    }

    [Fact]
    public async Task A_cancelled_question_is_a_cancelled_task()
    {
        using var source = new CancellationTokenSource();
        var answer = Actors.ActorOf(Props.Create(() => new Silent())).Ask<string>("?", source.Token);

        await source.CancelAsync();

        await answer.Awaiting(task => task).Should().ThrowAsync<TaskCanceledException>();
    }

    [Fact]
    public async Task A_Status_Failure_throws_its_cause()
    {
        var ask = () => Answering(_ => new Status.Failure(new InvalidOperationException("pump is dry"))).Ask<string>("?", Patience);

        (await ask.Should().ThrowAsync<InvalidOperationException>()).WithMessage("pump is dry");
    }

    [Fact]
    public async Task A_Status_Failure_can_be_the_answer_itself()
    {
        var failure = new Status.Failure(new InvalidOperationException("pump is dry"));

        (await Answering(_ => failure).Ask<Status>("?", Patience)).Should().Be(failure);
    }

    [Fact]
    public async Task An_answer_of_another_type_is_an_ArgumentException()
    {
        var ask = () => Answering(_ => 42).Ask<string>("?", Patience);

        (await ask.Should().ThrowAsync<ArgumentException>()).WithMessage("*System.Int32*System.String*");
    }

    [Fact]
    public async Task A_second_answer_is_a_dead_letter()
    {
        var letters = Probe();
        Actors.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Actors.ActorOf(Props.Create(() => new Talkative()));

        (await actor.Ask<string>("?", Patience)).Should().Be("first");

        (await letters.Next<DeadLetter>()).Message.Should().Be("second");
    }

    [Fact]
    public async Task The_message_can_carry_the_reference_to_answer_to()
    {
        var actor = Actors.ActorOf(Props.Create(() => new AnswersTheMessage()));

        (await actor.Ask<string>(replyTo => replyTo, Patience, CancellationToken.None)).Should().Be("to the message");
    }

    private IActorRef Answering(Func<object, object> answer) => Actors.ActorOf(Props.Create(() => new Answerer(answer)));

    private sealed class Answerer : ReceiveActor
    {
        public Answerer(Func<object, object> answer) => ReceiveAny(question => Sender.Tell(answer(question)));
    }

    private sealed class Silent : ReceiveActor
    {
        public Silent() => ReceiveAny(_ => { });
    }

    private sealed class Talkative : ReceiveActor
    {
        public Talkative() => ReceiveAny(_ =>
        {
            Sender.Tell("first");
            Sender.Tell("second");
        });
    }

    private sealed class AnswersTheMessage : ReceiveActor
    {
        public AnswersTheMessage() => Receive<IActorRef>(replyTo => replyTo.Tell("to the message"));
    }
}
