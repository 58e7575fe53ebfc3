using System.Collections.Immutable;

namespace LabAutomation.Conformance;

/// <summary>Checks a driver against the wire contract, one assertion after the other, with nobody watching.</summary>
/// <param name="open">Makes a harness whose host is not started yet; each assertion gets one of its own. A harness for a running driver may hand out the same again.</param>
/// <param name="sample">What the driver's author says about its commands.</param>
public sealed class ConformanceKit(Func<Task<IConformanceHarness>> open, ConformanceSample? sample = null)
{
    private static readonly ImmutableArray<ConformanceAssertion> Assertions =
    [
        .. BirthAssertions.All, .. LivenessAssertions.All, .. StateAssertions.All, .. CommandAssertions.All, .. OnceAssertions.All, .. LockAssertions.All, .. DataAssertions.All, .. SecurityAssertions.All,
    ];

    /// <summary>Id and text of every assertion.</summary>
    public static IEnumerable<(int Id, string Text)> Ids => Assertions.Select(assertion => (assertion.Id, assertion.Text)).Append((SuiteId, SuiteText)).Order();

    internal const int SuiteId = 51;
    private const string SuiteText = "the simulator passes the same suite";

    /// <param name="ids">Which assertions; all where empty.</param>
    /// <param name="told">Hears each verdict as it is found.</param>
    /// <returns>One verdict per assertion, in the order of their ids.</returns>
    public async Task<ImmutableArray<ConformanceVerdict>> CheckAsync(IReadOnlyCollection<int>? ids = null, Action<ConformanceVerdict>? told = null, CancellationToken cancellation = default)
    {
        var verdicts = ImmutableArray.CreateBuilder<ConformanceVerdict>();
        foreach (var assertion in Assertions.OrderBy(assertion => assertion.Id).Where(assertion => ids is null or { Count: 0 } || ids.Contains(assertion.Id)))
        {
            verdicts.Add(await CheckAsync(assertion, cancellation));
            told?.Invoke(verdicts[^1]);
        }

        if (ids is null or { Count: 0 } || ids.Contains(SuiteId))
        {
            verdicts.Add(await SuiteAsync(verdicts));
            told?.Invoke(verdicts[^1]);
        }

        return [.. verdicts.OrderBy(verdict => verdict.Id)];
    }

    private async Task<ConformanceVerdict> CheckAsync(ConformanceAssertion assertion, CancellationToken cancellation)
    {
        try
        {
            await using var harness = await open();
            if ((assertion.Needs & ~harness.Can) is not HarnessAbilities.None and var missing)
                return new(assertion.Id, assertion.Text, ConformanceOutcome.DoesNotApply, $"needs a harness that can do this: {missing}");
            await using var run = new ConformanceRun(harness, sample ?? ConformanceSample.FromTheBirth, cancellation);
            await run.OpenAsync();
            await assertion.Check(run);
            await run.AcknowledgeAsync();
            return run.Unproven is { } reason ? new(assertion.Id, assertion.Text, ConformanceOutcome.DoesNotApply, reason) : new(assertion.Id, assertion.Text, ConformanceOutcome.Passed, run.Remark);
        }
        catch (NotApplicable reason)
        {
            return new(assertion.Id, assertion.Text, ConformanceOutcome.DoesNotApply, reason.Message);
        }
        catch (ConformanceFailure failure)
        {
            return new(assertion.Id, assertion.Text, ConformanceOutcome.Failed, failure.Message);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return new(assertion.Id, assertion.Text, ConformanceOutcome.Failed, $"expected a driver that can be checked; seen: {error.GetType().Name}: {error.Message}");
        }
    }

    private async Task<ConformanceVerdict> SuiteAsync(IReadOnlyList<ConformanceVerdict> others)
    {
        await using var harness = await open();
        if (harness.Simulated != true) return new(SuiteId, SuiteText, ConformanceOutcome.DoesNotApply, "the device is real, or the harness does not know");
        if (others.Count < Assertions.Length) return new(SuiteId, SuiteText, ConformanceOutcome.DoesNotApply, "only a part of the suite was run");
        var failed = others.Where(verdict => verdict.Failed).Select(verdict => verdict.Id).ToArray();
        return failed.Length == 0
            ? new(SuiteId, SuiteText, ConformanceOutcome.Passed, "")
            : new(SuiteId, SuiteText, ConformanceOutcome.Failed, $"expected every assertion that applies to pass; seen: {string.Join(", ", failed)} failed");
    }
}
