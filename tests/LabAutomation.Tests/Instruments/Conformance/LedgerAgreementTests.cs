using System.Collections.Immutable;
using LabAutomation.Conformance;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Conformance;

public sealed class LedgerAgreementTests
{
    [Theory]
    [InlineData(Effect.Consume, ActionStatus.Succeeded, 1)]
    [InlineData(Effect.Consume, ActionStatus.UnknownOutcome, 1)]
    [InlineData(Effect.Consume, ActionStatus.UnknownOutcome, 0)]
    [InlineData(Effect.Relative, ActionStatus.Failed, 0)]
    [InlineData(Effect.Set, ActionStatus.Succeeded, 2)]
    [InlineData(Effect.Set, ActionStatus.Succeeded, 0)]
    [InlineData(Effect.Read, ActionStatus.Cancelled, 1)]
    public void What_is_told_agrees_with_the_ledger(Effect effect, ActionStatus told, int effects) => LedgerAgreement.Missing(effect, Result(told), effects, once: 1).Should().BeNull();

    [Theory]
    [InlineData(Effect.Consume, ActionStatus.Succeeded, 0)]
    [InlineData(Effect.Relative, ActionStatus.Succeeded, 2)]
    [InlineData(Effect.Consume, ActionStatus.UnknownOutcome, 2)]
    [InlineData(Effect.Consume, ActionStatus.Failed, 1)]
    [InlineData(Effect.Relative, ActionStatus.Cancelled, 1)]
    [InlineData(Effect.Consume, ActionStatus.Expired, 1)]
    [InlineData(Effect.Set, ActionStatus.Failed, 1)]
    public void What_is_told_belies_the_ledger(Effect effect, ActionStatus told, int effects) => LedgerAgreement.Missing(effect, Result(told), effects, once: 1).Should().NotBeNull();

    [Fact]
    public void A_failure_that_says_which_part_was_done_agrees_with_an_effect_and_one_that_says_none_does_not()
    {
        LedgerAgreement.Missing(Effect.Consume, Result(ActionStatus.Failed, 0.01), 1, 1).Should().BeNull();
        LedgerAgreement.Missing(Effect.Consume, Result(ActionStatus.Failed, 0), 1, 1).Should().NotBeNull();
    }

    private static ResultFrame Result(ActionStatus status, double? volume = null) => new(
        ActionId.Derive("ledger", 0, "dose", 0, 1),
        status,
        CauseCode.HardwareFault,
        "the pump stopped by itself",
        Recoverable: false,
        volume is { } moved ? ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(moved, "mL")) : ImmutableSortedDictionary<string, Quantity>.Empty,
        [],
        DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch,
        1);
}
