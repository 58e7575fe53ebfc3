namespace LabAutomation.SystemTests.Lab;

/// <summary>The campaigns on the simulated reactor, as docs/reactor.md has them.</summary>
public sealed class ReactorTests
{
    private static readonly string[] OnTheReactor = ["--config", Path.Combine(LabProcess.Root, "campaigns", "reactor.lab.json")];

    [Fact]
    public async Task A_trip_of_the_filter_outlasts_its_program_until_a_person_clears_it_and_then_the_policy_follows_the_load()
    {
        using var folder = new TemporaryFolder();

        var tripped = await RunAsync(folder, "load-following", "--set", "Instruments:0:Settings:stuck-power-channels=2");
        tripped.Out.Should().Contain("the safety filter tripped after 32 s: fewer than two channels of power agree").And.Contain("paused: reactor was stopped", tripped.Error);
        tripped.ExitCode.Should().Be(5);

        var refused = await RunAsync(folder, "load-following", "--trials", "1");
        refused.ExitCode.Should().Be(10, refused.Out);
        refused.Error.Should().Contain("was stopped and stays so until somebody has looked").And.Contain("the safety filter tripped").And.NotContain("   at ");

        using (var validating = LabProcess.StartAsTyped(folder.Path, ["validate", Path.Combine(LabProcess.Root, "campaigns", "load-following.yaml"), .. OnTheReactor], new Dictionary<string, string?>()))
        {
            var valid = await validating.EndAsync();
            (valid.ExitCode, valid.Error).Should().Be((0, ""), "a file is judged by what instruments offer, and a stopped one offers the same");
        }

        using (var resuming = LabProcess.StartAsTyped(folder.Path, ["resume", "--set", $"Models:Folder={Newer(folder)}", .. OnTheReactor], new Dictionary<string, string?>()))
        {
            var other = await resuming.EndAsync();
            other.ExitCode.Should().Be(18, other.Out);
            other.Error.Should().Contain("Campaign 'load-following-1' began with reactor steered by reactor-policy 1.0").And.Contain("now there is reactor-policy 1.1").And.Contain("set its policy to reactor-policy@1.0");
        }

        var cleared = await RunAsync(folder, "load-following", "--trials", "1", "--clear", "the channels were replaced", "--by", "Ada Lovelace");
        cleared.ExitCode.Should().Be(0, cleared.Error);
        using (var ledger = LabAutomation.Agents.Records.Ledger.OpenForReading(folder.At(".lab-reactor", "ledger.db")))
            ledger.Read().Select(entry => entry.Event).OfType<LabAutomation.Agents.Records.StopsCleared>().Should().ContainSingle()
                .Which.Should().BeEquivalentTo(new { By = "Ada Lovelace", Reason = "the channels were replaced", Instruments = new[] { "reactor" } });
        cleared.Out.Should().Contain("model reactor-policy 1.0 on cpu, steers reactor");
        cleared.Out.Should().MatchRegex(@"trial   1  ramp .* following_error 0\.[0-4].* following_overridden 0 %");
    }

    [Fact]
    public async Task A_drum_schedule_is_judged_by_its_overshoot()
    {
        using var folder = new TemporaryFolder();

        var result = await RunAsync(folder, "drum-schedule", "--trials", "1");

        (result.ExitCode, result.Error).Should().Be((7, ""), result.Out);
        result.Out.Should().MatchRegex(@"trial   1  turn 11\.2 deg  follow 29\.8 deg  relax 159 s  following_overshoot 9\..*breaks a limit");
        result.Out.Should().NotContain("steers", "the programme turns the drums, and no model");
    }

    /// <summary>The policy that comes with the lab, and the same again as a later version.</summary>
    private static string Newer(TemporaryFolder folder)
    {
        var shipped = Path.Combine(LabProcess.Root, "models", "artifacts", "reactor-policy");
        foreach (var version in new[] { "1.0", "1.1" })
        {
            Directory.CreateDirectory(folder.At("models", version));
            File.Copy(Path.Combine(shipped, "model.onnx"), folder.At("models", version, "model.onnx"));
            folder.Write($"models/{version}/card.yaml", File.ReadAllText(Path.Combine(shipped, "card.yaml")).Replace("version: \"1.0\"", $"version: \"{version}\"", StringComparison.Ordinal));
        }

        return folder.At("models");
    }

    private static async Task<LabResult> RunAsync(TemporaryFolder folder, string campaign, params string[] arguments)
    {
        using var lab = LabProcess.StartAsTyped(folder.Path, ["run", Path.Combine(LabProcess.Root, "campaigns", $"{campaign}.yaml"), .. arguments, .. OnTheReactor], new Dictionary<string, string?>());
        return await lab.EndAsync();
    }
}
