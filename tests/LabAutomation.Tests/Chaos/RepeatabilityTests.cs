using LabAutomation.Testing;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Chaos;

/// <summary>The same file, seed and version give the same record.</summary>
public sealed class RepeatabilityTests
{
    [Fact]
    public async Task However_the_path_of_a_campaign_is_written_its_record_is_the_same()
    {
        var path = Repository.At("campaigns", "colour-match.yaml");
        string[] written = [path, Path.GetRelativePath(Environment.CurrentDirectory, path), Path.Combine(Path.GetDirectoryName(path)!, "..", "campaigns", "colour-match.yaml")];
        var hashes = new List<string>();

        foreach (var one in written) hashes.Add(await HashOf(VirtualLab.From(one, seed: 7, planner: "sobol", trials: 2)));

        hashes.Distinct().Should().ContainSingle();
    }

    /// <summary>An instrument that is asked over HTTP: what a client on the thread pool does would come at another time in each run.</summary>
    [Fact]
    public async Task A_beamline_behind_http_takes_its_turns_on_the_one_thread()
    {
        var hashes = new List<string>();

        for (var k = 0; k < 3; k++) hashes.Add(await HashOf(VirtualLab.From(Repository.At("campaigns", "hit-rate.yaml"), seed: 3, configuration: Repository.At("campaigns", "beamline.lab.json"), planner: "sobol", trials: 2)));

        hashes.Distinct().Should().ContainSingle();
    }

    private static async Task<string> HashOf(VirtualLab lab)
    {
        await using (lab)
        {
            (await lab.RunAsync()).Trials.Should().HaveCount(2);
            lab.FirstFromOutside.Should().BeNull();
            return lab.LedgerHash;
        }
    }
}
