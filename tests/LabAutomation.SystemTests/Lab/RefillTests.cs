using System.Diagnostics;
using System.Text.Json;

namespace LabAutomation.SystemTests.Lab;

/// <summary>What a person says of consumables, to a lab that runs and to one that does not.</summary>
public sealed class RefillTests
{
    private static readonly string[] Cyan = [.. new[] { "Name=cyan", "Unit=mL", "OnHand=1", "Capacity=2", "DrawnBy:0=pump-cyan" }.SelectMany(key => new[] { "--set", $"Consumables:0:{key}" })];

    [Fact]
    public async Task A_campaign_that_waits_for_a_refill_says_so_and_goes_on_when_it_is_told_of_one()
    {
        using var folder = new TemporaryFolder();
        using var run = LabProcess.Start(folder.Path, ["run", LabProcess.ColourMatch, "--trials", "4", "--planner", "sobol", "--set", "Simulation:Speed=600", .. Cyan]);
        var patience = Stopwatch.StartNew();

        var (refills, answers) = (0, new List<string>());
        while (!run.HasEnded && patience.Elapsed < TimeSpan.FromMinutes(2))
        {
            if (run.Out.Split("refill cyan,").Length - 1 > refills)
            {
                var stock = await LabProcess.RunAsync(folder.Path, "stock", "--json");
                var wanted = JsonDocument.Parse(stock.Out).RootElement[0].GetProperty("refill").GetProperty("amount").GetDouble();
                var told = await LabProcess.RunAsync(folder.Path, ["refill", "cyan", FormattableString.Invariant($"{Math.Floor(wanted * 100) / 100} mL"), "--by", "Ada", .. Cyan]);
                (told.ExitCode, told.Error).Should().Be((0, ""), run.Out + run.Error);
                answers.Add(told.Out);
                refills++;
            }

            await Task.Delay(100);
        }

        (await run.EndAsync()).ExitCode.Should().Be(7, run.Out + run.Error);
        answers.Should().NotBeEmpty();
        answers[0].Should().MatchRegex(@"^cyan: [\d.]+ mL are there now");
        run.Out.Should().Contain("waits: out of cyan: it is to draw").And.Contain("When it is done: lab refill cyan");
        File.Exists(folder.At(".lab/desk.json")).Should().BeFalse("the way to the desk ends with the program");
        File.Exists(folder.At(".lab/desk.password")).Should().BeFalse();
    }

    [Fact]
    public async Task Where_no_lab_runs_it_is_put_on_record()
    {
        using var folder = new TemporaryFolder();

        var refilled = await LabProcess.RunAsync(folder.Path, ["refill", "cyan", "0.5", "mL", "--by", "Ada", .. Cyan]);
        var counted = await LabProcess.RunAsync(folder.Path, ["refill", "cyan", "0.2 mL", "--counted", "--by", "Ada", .. Cyan]);
        var tooMuch = await LabProcess.RunAsync(folder.Path, ["refill", "cyan", "5 mL", "--by", "Ada", .. Cyan]);
        var stock = await LabProcess.RunAsync(folder.Path, "stock");

        (refilled.ExitCode, refilled.Out.Trim()).Should().Be((0, "cyan: 1.5 mL are there now"), refilled.Error);
        (counted.ExitCode, counted.Out.Trim()).Should().Be((0, "cyan: 0.2 mL are there now"), counted.Error);
        (tooMuch.ExitCode, tooMuch.Error.Trim()).Should().Be((2, "lab: there is room for 2 mL of cyan; 0.2 mL are there by the record. If that is wrong, count: --counted says how much there is now"));
        stock.Out.Should().MatchRegex(@"cyan\s+0\.2 mL\s+2 mL");
    }

    [Theory]
    [InlineData("refill cyan lots --by Ada", "'lots' is no amount with a unit, such as 200 mL")]
    [InlineData("refill cyam 1mL --by Ada", "the lab has no consumable 'cyam'; it has cyan")]
    public async Task What_is_not_understood_is_answered(string words, string complaint)
    {
        using var folder = new TemporaryFolder();

        var result = await LabProcess.RunAsync(folder.Path, [.. words.Split(' '), .. Cyan]);

        (result.ExitCode, result.Error.Trim()).Should().Be((2, $"lab: {complaint}"));
    }
}
