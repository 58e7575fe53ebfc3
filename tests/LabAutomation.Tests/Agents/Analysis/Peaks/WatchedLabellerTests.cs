using System.Text.Json;
using LabAutomation.Agents.Analysis.Peaks;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class WatchedLabellerTests : IDisposable
{
    private readonly PeakModels _models = new();
    private readonly List<DriftNotice> _notices = [];
    private readonly LabelledPatches _collected = new(500);
    private readonly WatchedLabeller _labeller;

    public WatchedLabellerTests() => _labeller = new WatchedLabeller(new NetworkLabeller(_models.Model), new ClassicalLabeller(6), _notices.Add, _collected);

    public void Dispose() => _models.Dispose();

    [Fact]
    public void As_long_as_scores_stay_as_they_are_the_network_decides()
    {
        Pass(batches: 60, height: 5);

        _labeller.IsTrusted.Should().BeTrue();
        _notices.Should().BeEmpty();
        _collected.Count.Should().Be(0);
    }

    [Fact]
    public void Drift_is_told_and_the_classical_finder_decides_until_another_version_is_current()
    {
        Pass(batches: 60, height: 5);
        Pass(batches: 100, height: 9);

        _notices.Should().ContainSingle().Which.Should().Match<DriftNotice>(notice => !notice.IsTrusted && notice.Version == "1.0" && notice.Now < notice.Usual);
        _labeller.Scores(PatchSamples.Draw(3, height: 20, seed: 9)).Should().Equal([1, 1, 1], "the classical rule knows yes and no alone");
        _collected.Count.Should().BeGreaterThan(3);

        _models.SwapIn("1.1");
        Pass(batches: 30, height: 9);

        _notices.Should().HaveCount(2);
        _notices[1].Should().Match<DriftNotice>(notice => notice.IsTrusted && notice.Version == "1.1");
        _labeller.IsTrusted.Should().BeTrue();
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 8)]
    public void A_version_that_sees_nothing_or_a_peak_everywhere_is_not_trusted(float share, double found, double times)
    {
        Pass(batches: 60, height: 5);
        Pass(batches: 100, height: 9);
        _models.SwapInConstant("1.1", share);

        for (var batch = 0; batch < 40; batch++) _labeller.Scores([.. PatchSamples.Draw(16, height: 20, seed: batch), .. PatchSamples.Draw(112, height: 0, seed: batch)]);

        _labeller.IsTrusted.Should().BeFalse();
        _notices.Should().HaveCount(2);
        _notices[1].Should().Match<DriftNotice>(notice => !notice.IsTrusted && notice.Version == "1.1");
        _notices[1].Found.Should().Be(found);
        _notices[1].Times.Should().BeApproximately(times, 0.5);
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

    private void Pass(int batches, double height)
    {
        for (var batch = 0; batch < batches; batch++) _labeller.Scores(PatchSamples.Draw(128, height, seed: batch + (int)(1000 * height)));
    }
}
