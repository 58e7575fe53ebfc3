namespace LabAutomation.SystemTests.Lab;

/// <summary>Whatever is wrong: a clear message, an exit code of its own, nothing lost, no stack trace.</summary>
public sealed class BadInputTests
{
    private static readonly string Good = File.ReadAllText(LabProcess.ColourMatch);

    [Fact]
    public async Task A_broken_campaign_file_is_refused_with_line_and_column()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("broken.yaml", Good.Replace("minimise:", "minimize:", StringComparison.Ordinal));

        var result = await LabProcess.RunAsync(folder.Path, "run", file);

        Refused(result, 3, "broken.yaml:", "minimise");
        Directory.Exists(folder.At(".lab")).Should().BeFalse("nothing was started");
    }

    [Fact]
    public async Task An_unknown_instrument_is_refused_with_the_nearest_name()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("unknown.yaml", Good.Replace("instrument: stirrer", "instrument: stirer", StringComparison.Ordinal));

        Refused(await LabProcess.RunAsync(folder.Path, "run", file), 3, "stirer", "stirrer");
    }

    [Fact]
    public async Task A_unit_that_does_not_fit_is_refused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("unit.yaml", Good.Replace("speed: 600 rpm", "speed: 600 mL", StringComparison.Ordinal));

        Refused(await LabProcess.RunAsync(folder.Path, "run", file), 3, "mL", "rpm");
    }

    [Fact]
    public async Task Models_that_are_refused_are_named_when_the_lab_starts_and_what_needs_none_of_them_goes_on()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("models", "cracked"));
        folder.Write("models/cracked/card.yaml", "name: cracked");

        var result = await LabProcess.RunAsync(folder.Path, "instruments", "--set", $"Models:Folder={folder.At("models")}");
        var nowhere = await LabProcess.RunAsync(folder.Path, "instruments", "--set", $"Models:Folder={folder.At("none")}");

        (result.ExitCode, nowhere.ExitCode).Should().Be((0, 0), result.Error);
        result.Error.Should().Contain("Model cracked is not loaded:").And.Contain("card.yaml:1:");
        nowhere.Error.Should().Contain("No model is loaded: There is no folder of models");
        result.Out.Should().Contain("stirrer");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();

        Refused(await LabProcess.RunAsync(folder.Path, "run", "nowhere.yaml"), 3, "nowhere.yaml");
    }

    [Theory]
    [InlineData("Simulation:Speed=0", "Simulation:Speed")]
    [InlineData("Simulation:Speed=NaN", "Simulation:Speed")]
    [InlineData("Simulation:Sped=2", "Sped")]
    [InlineData("Broker:Port=many", "Broker")]
    [InlineData("Nonsense:A=1", "Nonsense")]
    [InlineData("Instruments:0:Family=toaster", "toaster")]
    [InlineData("Instruments:0:Settings:address=400", "address")]
    public async Task A_wrong_configuration_is_refused_by_key(string set, string complaint)
    {
        using var folder = new TemporaryFolder();

        Refused(await LabProcess.RunAsync(folder.Path, "instruments", "--set", set), 4, complaint);
    }

    [Fact]
    public async Task A_second_program_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var first = LabProcess.Start(folder.Path, "run", LabProcess.ColourMatch, "--trials", "6");
        await first.UntilItSaysAsync("trial   1");

        Refused(await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch), 8, "in use", first.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (await LabProcess.RunAsync(folder.Path, "list")).Out.Should().Contain("colour-match-1", "reading is always possible");

        (await first.EndAsync()).ExitCode.Should().BeOneOf(0, 7);
    }

    [Fact]
    public async Task A_changed_ledger_is_found()
    {
        using var folder = new TemporaryFolder();
        await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, "--trials", "1");
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder.At(".lab", "ledger.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER ledger_keeps_entries; UPDATE ledger SET body = replace(body, 'cyan', 'cyam') WHERE kind = 'trial-proposed/1'";
            command.ExecuteNonQuery();
        }

        Refused(await LabProcess.RunAsync(folder.Path, "verify"), 11, "trial-proposed/1");
    }

    [Theory]
    [InlineData("show", "nothing-7")]
    [InlineData("resume", "nothing-7")]
    public async Task A_campaign_that_is_not_on_record_is_said_so(string command, string id)
    {
        using var folder = new TemporaryFolder();
        await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, "--trials", "1");

        Refused(await LabProcess.RunAsync(folder.Path, command, id), 12, id, "colour-match-1");
    }

    [Theory]
    [InlineData("--taken wants a --why", "--taken", "arm")]
    [InlineData("--why goes with --taken", "--why", "it hung")]
    [InlineData("--sample goes with --taken", "--sample", "a-lab-1/1")]
    [InlineData("--cleaned needs --by NAME", "--cleaned", "a-lab-1/1")]
    public async Task What_somebody_did_by_hand_wants_what_the_record_keeps_of_it(string said, params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        Refused(await LabProcess.RunAsync(folder.Path, ["resume", .. arguments]), 2, said);
    }

    [Theory]
    [InlineData("fly")]
    [InlineData("run")]
    [InlineData("run", "a.yaml", "--planner", "magic")]
    [InlineData("backtest", "data.csv", "--seeds", "x")]
    [InlineData("explain")]
    [InlineData("explain", "first")]
    public async Task A_command_line_that_makes_no_sense_is_refused(params string[] arguments)
    {
        using var folder = new TemporaryFolder();

        Refused(await LabProcess.RunAsync(folder.Path, arguments), 2, "--help");
    }

    [Theory]
    [InlineData("--trials", "0")]
    [InlineData("--trials", "999999999")]
    [InlineData("--seed", "-5")]
    public async Task An_override_out_of_the_files_range_is_refused(string option, string value)
    {
        using var folder = new TemporaryFolder();

        Refused(await LabProcess.RunAsync(folder.Path, "run", LabProcess.ColourMatch, option, value), 2, option, value);
    }

    [Fact]
    public async Task A_ledger_that_was_never_written_is_no_record_yet()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At(".lab"));
        await File.WriteAllBytesAsync(folder.At(".lab", "ledger.db"), []);

        Refused(await LabProcess.RunAsync(folder.Path, "list"), 12, "no record");
        Refused(await LabProcess.RunAsync(folder.Path, "resume"), 12, "resume");
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "--minimise", 13, "y")]
    [InlineData("a,y\n1,2\n2\n", "--minimise", 13, "line 3")]
    [InlineData("a,y\n1,2\n2,high\n", "--maximise", 13, "high")]
    [InlineData("a,y\n1,2\n2,3\n", "", 2, "--maximise")]
    public async Task A_data_set_that_cannot_be_replayed_is_refused_by_place(string csv, string direction, int code, string complaint)
    {
        using var folder = new TemporaryFolder();
        folder.Write("data.csv", csv);
        string[] arguments = direction.Length == 0 ? ["backtest", "data.csv", "--objective", "y"] : ["backtest", "data.csv", "--objective", "y", direction];

        Refused(await LabProcess.RunAsync(folder.Path, arguments), code, complaint);
    }

    internal static void Refused(LabResult result, int code, params string[] complaints)
    {
        result.ExitCode.Should().Be(code, result.Out + result.Error);
        foreach (var complaint in complaints) result.Error.Should().Contain(complaint);
        (result.Out + result.Error).Should().NotContain("   at ").And.NotContain("Exception");
    }
}
