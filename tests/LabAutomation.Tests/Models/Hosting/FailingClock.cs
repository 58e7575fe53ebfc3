namespace LabAutomation.Tests.Models.Hosting;

/// <summary>Throws when it is first asked, as something that nobody expects would.</summary>
internal sealed class FailingClock : TimeProvider
{
    public int Failures { get; set; }

    public Exception Failure { get; init; } = new TimeoutException("the clock stands");

    public override long GetTimestamp() => Failures-- > 0 ? throw Failure : base.GetTimestamp();
}
