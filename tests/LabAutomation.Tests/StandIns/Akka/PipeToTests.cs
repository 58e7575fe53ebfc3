using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class PipeToTests : ActorSystemTest
{
    [Fact]
    public async Task The_result_is_told_with_the_given_sender()
    {
        var probe = Probe();
        var source = new TaskCompletionSource<int>();

        var piped = source.Task.PipeTo(probe.Ref, Actors.DeadLetters);
        source.SetResult(7);

        await piped;
        await probe.Expect(7);
        probe.LastSender.Should().Be(Actors.DeadLetters);
    }

    [Fact]
    public async Task An_exception_is_told_as_Status_Failure()
    {
        var probe = Probe();
        var failure = new InvalidOperationException("no");

        await Task.FromException<int>(failure).PipeTo(probe.Ref);

        (await probe.Next<Status.Failure>()).Cause.Should().BeSameAs(failure);
    }

    [Fact]
    public async Task Both_outcomes_can_be_mapped()
    {
        var probe = Probe();

        await Task.FromResult(7).PipeTo(probe.Ref, success: number => $"got {number}", failure: e => e.Message);
        await Task.FromException<int>(new InvalidOperationException("no")).PipeTo(probe.Ref, success: n => n, failure: e => e.Message);

        await probe.Expect("got 7", "no");
    }

    [Fact]
    public async Task A_mapping_that_throws_is_a_failure()
    {
        var probe = Probe();

        await Task.FromResult(7).PipeTo(probe.Ref, success: _ => throw new FormatException("bad"), failure: e => e.Message);

        await probe.Expect("bad");
    }

    [Fact]
    public async Task A_cancelled_task_is_a_failure()
    {
        var probe = Probe();

        await Task.FromCanceled<int>(new CancellationToken(canceled: true)).PipeTo(probe.Ref);

        (await probe.Next<Status.Failure>()).Cause.Should().BeOfType<TaskCanceledException>();
    }

    [Fact]
    public async Task A_task_without_a_result_tells_only_what_success_maps()
    {
        var probe = Probe();

        await Task.CompletedTask.PipeTo(probe.Ref);
        await Task.CompletedTask.PipeTo(probe.Ref, success: () => "done");
        await Task.FromResult(3).PipeTo(probe.Ref);

        await probe.Expect("done", 3);
    }

    [Fact]
    public async Task An_actor_can_pipe_to_itself_and_go_on_meanwhile()
    {
        var source = new TaskCompletionSource<string>();
        var actor = Actors.ActorOf(Props.Create(() => new Patient()));

        actor.Tell(source.Task);
        (await actor.Ask<string>("there?", Patience)).Should().Be("nothing");
        source.SetResult("news");

        string answer;
        do
            answer = await actor.Ask<string>("there?", Patience);
        while (answer == "nothing");
        answer.Should().Be("news");
    }

    private sealed class Patient : ReceiveActor
    {
        public Patient()
        {
            var last = "nothing";
            Receive<Task<string>>(task => task.PipeTo(Self, success: text => new Arrived(text)));
            Receive<Arrived>(arrived => last = arrived.Text);
            Receive<string>(_ => Sender.Tell(last));
        }

        private sealed record Arrived(string Text);
    }
}
