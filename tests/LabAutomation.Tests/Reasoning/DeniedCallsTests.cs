using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;

namespace LabAutomation.Tests.Reasoning;

/// <summary>Calls that are denied without end do not fill the disk, and none of them can be denied to have been made.</summary>
public sealed class DeniedCallsTests
{
    private const int Calls = ReasoningRecord.MostDenied + 1_003;

    [Fact]
    public async Task Beyond_the_first_they_are_counted_named_and_hashed()
    {
        using var bed = new GateBed();
        await CallAsync(bed, k => $"value {k}");

        var told = bed.Recorded<CallsDenied>();
        told.Select(one => (one.Count, one.First, one.Last)).Should().Equal((1000, "c1000", "c1999"), (3, "c2000", "c2002"));
        told[1].Sha256.Should().Be(HashOf(bed, 2000, 2001, 2002));
        bed.Recorded<ToolCalled>().Should().HaveCount(ReasoningRecord.MostDenied);
    }

    [Fact]
    public async Task Another_argument_of_one_of_them_is_another_hash()
    {
        using var first = new GateBed();
        using var same = new GateBed();
        using var other = new GateBed();
        await CallAsync(first, k => $"value {k}");
        await CallAsync(same, k => $"value {k}");
        await CallAsync(other, k => k == 1_500 ? "value 0" : $"value {k}");

        same.Recorded<CallsDenied>().Should().Equal(first.Recorded<CallsDenied>());
        other.Recorded<CallsDenied>()[0].Sha256.Should().NotBe(first.Recorded<CallsDenied>()[0].Sha256);
        other.Recorded<CallsDenied>()[1].Should().Be(first.Recorded<CallsDenied>()[1]);
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
