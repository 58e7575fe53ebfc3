using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Tests.Reasoning;

/// <summary>Calls that are denied without end do not fill the disk, and none of them can be denied to have been made.</summary>
public sealed class DeniedCallsTests
{
    private static readonly int Told = ReasoningRole.Analyst.Allowance.Calls + ReasoningRecord.MostBeyond;
    private static readonly int Calls = Told + 1_003;

    [Fact]
    public async Task Beyond_the_budget_and_the_first_after_it_they_are_counted_named_and_hashed()
    {
        using var bed = new GateBed();
        await CallAsync(bed, k => $"value {k}");

        var told = bed.Recorded<CallsDenied>();
        told.Select(one => (one.Count, one.First, one.Last)).Should().Equal((1000, $"c{Told}", $"c{Told + 999}"), (3, $"c{Told + 1000}", $"c{Told + 1002}"));
        told[1].Sha256.Should().Be(HashOf(bed, Told + 1000, Told + 1001, Told + 1002));
        bed.Recorded<ToolCalled>().Should().HaveCount(Told);
    }

    [Fact]
    public async Task Another_argument_of_one_of_them_is_another_hash()
    {
        using var first = new GateBed();
        using var same = new GateBed();
        using var other = new GateBed();
        await CallAsync(first, k => $"value {k}");
        await CallAsync(same, k => $"value {k}");
        await CallAsync(other, k => k == Told + 500 ? "value 0" : $"value {k}");

        same.Recorded<CallsDenied>().Should().Equal(first.Recorded<CallsDenied>());
        other.Recorded<CallsDenied>()[0].Sha256.Should().NotBe(first.Recorded<CallsDenied>()[0].Sha256);
        other.Recorded<CallsDenied>()[1].Should().Be(first.Recorded<CallsDenied>()[1]);
    }

    [Fact]
    public async Task Within_the_budget_of_its_caller_each_is_on_record_however_many_there_are()
    {
        using var bed = new GateBed(GateBed.Standard(planner => planner with { Budget = planner.Budget with { Calls = 2_000 } }));
        var account = bed.Account("planner");

        for (var k = 0; k < 2_000; k++) await bed.CallAsync(account, "rm");

        bed.Recorded<ToolCalled>().Should().HaveCount(2_000);
        bed.Recorded<CallsDenied>().Should().BeEmpty();
    }

    private static async Task CallAsync(GateBed bed, Func<int, string> value)
    {
        var account = bed.Account("analyst");
        for (var k = 0; k < Calls; k++) await bed.Gate.CallAsync(account, $"c{k}", "run_campaign", ImmutableSortedDictionary<string, string>.Empty.Add("draft", value(k)), default);
        bed.Record.Write(new ConversationEnded("over"));
    }

    /// <summary>As somebody works it out who has kept the calls, and knows the record's form from one that stands there.</summary>
    private static string HashOf(GateBed bed, params int[] calls)
    {
        var one = bed.Recorded<ToolCalled>()[^1];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var k in calls)
        {
            var text = Encoding.UTF8.GetBytes(LabEvents.Write(one with { Call = $"c{k}", Arguments = one.Arguments.SetItem("draft", $"value {k}") }));
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
