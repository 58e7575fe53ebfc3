using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Models;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class NetworkLabellerTests : IDisposable
{
    private readonly PeakModels _models = new();

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData("bragg-peaks")]
    [InlineData("bragg-peaks-teacher")]
    public void It_sees_what_has_the_shape_of_a_peak_and_takes_noise_for_none(string model)
    {
        var labeller = new NetworkLabeller(_models.Registry.Find(model));

        labeller.Scores(PatchSamples.Draw(200, height: 9, seed: 1)).Should().OnlyContain(score => score > 0.9f);
        labeller.Scores(PatchSamples.Draw(200, height: 0, seed: 2)).Should().OnlyContain(score => score < 0.92f);
    }

    [Fact]
    public void A_single_bright_pixel_is_no_peak_however_bright_it_is()
    {
        var patches = PatchSamples.Draw(50, height: 0, seed: 3);
        for (var n = 0; n < 50; n++) patches[(n * IPeakLabeller.Area) + (8 * IPeakLabeller.Side) + 8] = 30;

        new NetworkLabeller(_models.Model).Scores(patches).Should().OnlyContain(score => score < 0.92f);
    }

    [Fact]
    public void A_patch_is_labelled_the_same_in_whatever_company_it_comes()
    {
        var labeller = new NetworkLabeller(_models.Model);
        var patches = PatchSamples.Draw(301, height: 5, seed: 4);

        var together = labeller.Scores(patches);
        var alone = patches.Chunk(IPeakLabeller.Area).SelectMany(labeller.Scores).ToArray();

        together.Should().HaveCount(301);
        together.Zip(alone).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5f);
    }

    [Fact]
    public void A_model_for_something_else_is_refused_and_told_what_is_missing() =>
        FluentActions.Invoking(() => new NetworkLabeller(_models.Registry.Find("yardstick"))).Should().Throw<AnalysisException>().WithMessage("*'yardstick' does not label peaks*'deviations'*'share'*16 × 16*");

    [Fact]
    public void A_patch_that_the_network_refuses_is_not_judged_again_with_the_next_ones()
    {
        var labeller = new NetworkLabeller(_models.Model);
        var (bad, good) = (PatchSamples.Draw(4, height: 5, seed: 5), PatchSamples.Draw(3, height: 5, seed: 6));
        bad[(3 * IPeakLabeller.Area) + 8] = 61;
        var usual = labeller.Scores(good);

        labeller.Invoking(one => one.Scores(bad)).Should().Throw<ModelException>().WithMessage("*'deviations'[776] is 61*");

        labeller.Scores(good).Should().Equal(usual);
    }

    [Fact]
    public async Task A_version_that_is_swapped_in_under_load_costs_no_frame()
    {
        const int side = 64;
        var (labeller, numbers) = (new NetworkLabeller(_models.Model), new List<long>());
        var stream = new PeakStream(
            side, side, () => new RadialPeakFinder(side, side, 31.5, 31.5, [.. Enumerable.Repeat(true, side * side)], new PeakFinderOptions { Threshold = 3 }),
            labeller, frame => numbers.Add(frame.Number), new PeakStreamOptions { Queue = 4, Finders = 2 });
        for (var number = 1; number <= 900; number++)
        {
            if (number % 300 == 0) _models.SwapIn($"1.{number / 300}");
            if (number == 600) _models.Registry.Unload(PeakModels.Network, "1.0");
            await stream.WriteAsync(new RawFrame(number, Frame(number)), default);
        }

        await stream.CompleteAsync();

        labeller.LabelledBy.Should().Be("1.3");
        numbers.Order().Should().Equal(Enumerable.Range(1, 900).Select(n => (long)n));
        stream.Counts.Should().Be(new StreamCounts(900, 0, 0, 900, stream.Counts.Peaks));

        static byte[] Frame(int number)
        {
            var bytes = new byte[2 * side * side];
            for (var i = 0; i < side * side; i++) bytes[2 * i] = (byte)(40 + (i * 7919 % 23));
            var peak = 2 * ((20 * side) + 12 + (number % 30));
            foreach (var pixel in (int[])[0, 2, 2 * side, (2 * side) + 2]) bytes[peak + pixel] = 250;
            return bytes;
        }
    }
}
