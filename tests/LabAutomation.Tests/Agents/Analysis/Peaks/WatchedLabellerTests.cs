using System.Text.Json;
using LabAutomation.Agents.Analysis.Peaks;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class WatchedLabellerTests : IDisposable
{
    /// <summary>Widths of peaks in pixels: the network is less sure of the first.</summary>
    private const double Usual = 0.8, Wider = 1.1;

    private readonly PeakModels _models = new();
    private readonly List<DriftNotice> _notices = [];
    private readonly LabelledPatches _collected = new(500);
    private readonly WatchedLabeller _labeller;

    public WatchedLabellerTests() => _labeller = Labeller(_models);

    public void Dispose() => _models.Dispose();

    [Fact]
    public void As_long_as_scores_stay_as_they_are_the_network_decides()
    {
        Pass(batches: 40, Usual);

        _labeller.IsTrusted.Should().BeTrue();
        _notices.Should().BeEmpty();
        _collected.Count.Should().Be(0);
    }

    [Fact]
    public void Frames_without_a_crystal_are_no_drift_though_the_network_is_unsure_of_all_that_is_on_them()
    {
        Pass(batches: 20, Wider);
        for (var batch = 0; batch < 40; batch++) _labeller.Scores(PatchSamples.Draw(128, height: 0, seed: batch));

        _notices.Should().BeEmpty();
    }

    [Fact]
    public void Drift_is_told_and_the_classical_finder_decides_until_another_version_is_current()
    {
        Pass(batches: 30, Usual);
        Pass(batches: 30, Wider);

        _notices.Should().ContainSingle().Which.Should().Match<DriftNotice>(notice => notice.Kind == DriftNotice.About.Drift && notice.Version == "1.0");
        _notices[0].Why.Should().StartWith("its doubt was 0.");
        _labeller.Scores(PatchSamples.Draw(3, height: 20, seed: 9)).Should().Equal([1, 1, 1], "the classical rule knows yes and no alone");
        _collected.Count.Should().BeGreaterThan(3);

        _models.SwapIn("1.1");
        Pass(batches: 10, Wider);

        _notices.Skip(1).Select(notice => (notice.Kind, notice.Version)).Should().Equal((DriftNotice.About.Trial, "1.1"), (DriftNotice.About.Trusted, "1.1"));
        _labeller.IsTrusted.Should().BeTrue();
    }

    [Theory]
    [InlineData(0, "it sees 0 % of the classical finder's peaks, and * are the least")]
    [InlineData(1, "it sees * times as many peaks as the classical finder, and 4 times are the most")]
    public void A_version_that_sees_nothing_or_a_peak_everywhere_is_told_and_does_not_decide_also_where_all_was_well_before(float share, string why)
    {
        Pass(batches: 10, Wider);
        _models.SwapInConstant("1.1", share);

        for (var batch = 0; batch < 40; batch++) _labeller.Scores([.. PatchSamples.Draw(16, height: 20, seed: batch), .. PatchSamples.Draw(112, height: 0, seed: batch)]);

        _labeller.IsTrusted.Should().BeFalse();
        _notices.Select(notice => (notice.Kind, notice.Version)).Should().Equal((DriftNotice.About.Trial, "1.1"), (DriftNotice.About.Refused, "1.1"));
        _notices[1].Why.Should().Match(why);
        _labeller.Scores(PatchSamples.Draw(3, height: 20, seed: 9)).Should().Equal([1, 1, 1], "peaks go on to be found");
        _collected.Count.Should().Be(0, "nothing has drifted");
    }

    [Fact]
    public void A_version_is_on_trial_from_its_first_batch_and_decides_when_it_has_stood_it()
    {
        Pass(batches: 10, Wider);
        _models.SwapIn("1.1");

        Pass(batches: 1, Wider);
        (_labeller.Decided, _labeller.IsTrusted).Should().Be((null, false));
        Pass(batches: 3, Wider);

        (_labeller.Decided, _labeller.IsTrusted).Should().Be(("1.1", true));
    }

    [Fact]
    public void A_network_that_sees_nothing_is_told_though_it_was_there_from_the_first_frame()
    {
        _models.SwapInConstant("1.1", share: 0);
        var labeller = Labeller(_models);

        for (var batch = 0; batch < 4; batch++) labeller.Scores(PatchSamples.Draw(128, height: 20, seed: batch));

        _notices.Should().ContainSingle().Which.Kind.Should().Be(DriftNotice.About.Drift);
        labeller.IsTrusted.Should().BeFalse();
    }

    [Fact]
    public void Where_the_card_says_what_is_usual_other_scores_are_told_from_the_first_frame()
    {
        using var models = new PeakModels(UsualOf(Usual));
        var labeller = Labeller(models);

        for (var batch = 0; batch < 4; batch++) labeller.Scores(PatchSamples.Draw(128, 20, seed: batch, Wider));

        _notices.Should().ContainSingle().Which.Why.Should().Match("its doubt of the classical finder's peaks is *, and usual is * to *");
        labeller.IsTrusted.Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_network_decides_again_when_the_scores_have_been_usual_for_a_stretch(bool cardSays)
    {
        using var models = new PeakModels(cardSays ? UsualOf(Usual) : null);
        var labeller = Labeller(models);

        foreach (var (batches, width) in ((int, double)[])[(30, Usual), (30, Wider), (30, Usual)])
        {
            for (var batch = 0; batch < batches; batch++) labeller.Scores(PatchSamples.Draw(128, 20, seed: batch, width));
        }

        _notices.Select(notice => notice.Kind).Should().Equal(DriftNotice.About.Drift, DriftNotice.About.Trusted);
        labeller.Decided.Should().Be("1.0");
    }

    [Fact]
    public void What_is_kept_for_training_are_the_latest_patches_with_the_finder_s_word_on_each_pixel()
    {
        var (patches, shares) = (PatchSamples.Draw(501, height: 20, seed: 1), new float[501 * IPeakLabeller.Area]);
        patches.AsSpan(500 * IPeakLabeller.Area).Clear();
        (patches[(500 * IPeakLabeller.Area) + 136], patches[(500 * IPeakLabeller.Area) + 137]) = (4, 4);
        new ClassicalLabeller(6).Label(patches, shares);
        _collected.Add(patches, shares);
        var folder = Directory.CreateTempSubdirectory("patches-");

        _collected.Write(folder.FullName);

        var what = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "patches.json"))).RootElement;
        var values = File.ReadAllBytes(Path.Combine(folder.FullName, what.GetProperty("values").GetString()!));
        var labels = File.ReadAllBytes(Path.Combine(folder.FullName, what.GetProperty("labels").GetString()!));
        folder.Delete(recursive: true);
        (what.GetProperty("side").GetInt32(), what.GetProperty("count").GetInt32()).Should().Be((16, 500));
        BitConverter.ToSingle(values, 4 * IPeakLabeller.Area).Should().Be(patches[IPeakLabeller.Area], "the second is where it was; the first has made room for the last");
        BitConverter.ToSingle(values, 4 * 136).Should().Be(4);
        labels[IPeakLabeller.Area + (8 * IPeakLabeller.Side) + 8].Should().Be(1, "the middle of a peak");
        var unsaid = (byte)what.GetProperty("unsaid").GetInt32();
        labels[136].Should().Be(unsaid, "of what may be a faint peak nothing is said");
        labels[136 + 5].Should().Be(0);
        labels[IPeakLabeller.Area + (8 * IPeakLabeller.Side) + 12].Should().Be(unsaid, "nor of the foot of a peak");
        labels.Should().HaveCount(500 * IPeakLabeller.Area);
    }

    private void Pass(int batches, double width)
    {
        for (var batch = 0; batch < batches; batch++) _labeller.Scores(PatchSamples.Draw(128, 20, seed: batch + (int)(1000 * width), width));
    }

    private WatchedLabeller Labeller(PeakModels models) => new(new NetworkLabeller(models.Model), new ClassicalLabeller(6), _notices.Add, _collected);

    /// <summary>Measured on peaks of that width, as it stands in a card.</summary>
    private string UsualOf(double width)
    {
        var measuring = new WatchedLabeller(new NetworkLabeller(_models.Model), new ClassicalLabeller(6), _notices.Add, measures: true);
        for (var batch = 0; batch < 40; batch++) measuring.Scores(PatchSamples.Draw(128, 20, seed: 500 + batch, width));
        measuring.Blocks.Should().BeGreaterThan(20);
        return measuring.Seen!.ToString();
    }
}
