using LabAutomation.Models;

namespace LabAutomation.Tests.Models.Hosting;

/// <summary>Versions that are put into a folder of models while one is in use.</summary>
public sealed class RegistryWatchTests : IDisposable
{
    private readonly ModelShelf _shelf = new();
    private readonly ModelRegistry _registry;
    private readonly RegistryWatch _watch;

    public RegistryWatchTests()
    {
        _shelf.Doubling("1.0");
        _registry = ModelRegistry.OpenOnly("doubling", _shelf.Path, new ModelOptions());
        _watch = new RegistryWatch(_registry, _shelf.Path, "doubling");
    }

    public void Dispose()
    {
        _registry.Dispose();
        _shelf.Dispose();
    }

    [Fact]
    public void A_higher_version_takes_over_at_the_second_look_and_the_one_before_is_unloaded()
    {
        var model = _registry.Find("doubling");
        var folder = _shelf.Doubling("1.1");

        _watch.Look().Should().BeEmpty("it may still be being written");
        _watch.Look().Should().Equal(new RegistryChange(folder, "1.1", "1.0", null));
        _watch.Look().Should().BeEmpty();

        model.Current.Card.Version.Should().Be("1.1");
        _registry.Models.Should().ContainSingle();
        using var lease = model.Rent();
        lease.Model.Run([1, 2]).ToArray().Should().Equal(2, 4);
    }

    /// <summary>As where its last file was closed after it could be read already.</summary>
    [Fact]
    public void A_version_that_was_taken_up_is_not_judged_again_because_its_files_have_another_time()
    {
        var folder = _shelf.Doubling("1.1");
        _watch.Look();
        _watch.Look().Should().ContainSingle();

        File.SetLastWriteTimeUtc(Path.Combine(folder, ModelArtifact.CardFile), DateTime.UnixEpoch);

        for (var look = 0; look < 3; look++) _watch.Look().Should().BeEmpty();
        _registry.Find("doubling").Current.Card.Version.Should().Be("1.1");
    }

    [Fact]
    public void What_is_refused_is_told_once_and_judged_again_when_it_changes()
    {
        var folder = _shelf.Put("new", OnnxGraph.Doubling().ToBytes()[..40], File.ReadAllText(Path.Combine(_shelf.Path, "doubling", "1.0", "card.yaml")).Replace("\"1.0\"", "\"2.0\"", StringComparison.Ordinal));
        _watch.Look();

        var refused = _watch.Look().Should().ContainSingle().Which;
        (refused.Version, refused.Before).Should().Be((null, "1.0"));
        refused.Refusal.Should().Contain("the SHA-256 of model.onnx is");
        _watch.Look().Should().BeEmpty();
        _registry.Find("doubling").Current.Card.Version.Should().Be("1.0");

        File.WriteAllBytes(Path.Combine(folder, ModelArtifact.ModelFile), OnnxGraph.Doubling().ToBytes());
        _watch.Look();
        _watch.Look().Should().ContainSingle().Which.Version.Should().Be("2.0");
    }

    [Theory]
    [InlineData("0.9", "mL", "*0.9*is not higher than 1.0, which is in use.")]
    [InlineData("1.0", "mL", "*1.0*is loaded already*")]
    [InlineData("1.1", "L", "*1.1 cannot take the place of 1.0: its inputs are x[n, 2] in L*")]
    public void What_cannot_take_over_does_not(string version, string unit, string why)
    {
        _shelf.Doubling(version, folder: "other", unit: unit);
        _watch.Look();

        _watch.Look().Should().ContainSingle().Which.Refusal.Should().Match(why);
        _registry.Models.Should().ContainSingle().Which.Card.Should().BeEquivalentTo(new { Version = "1.0", Inputs = new[] { new { Unit = "mL" } } });
    }

    [Fact]
    public void Whatever_goes_wrong_with_a_new_folder_is_told_and_the_watch_goes_on()
    {
        var clock = new FailingClock();
        using var registry = ModelRegistry.OpenOnly("doubling", _shelf.Path, new ModelOptions(), clock);
        var watch = new RegistryWatch(registry, _shelf.Path, "doubling");
        _shelf.Doubling("1.1");
        watch.Look();
        clock.Failures = 1;

        watch.Look().Should().ContainSingle().Which.Refusal.Should().Match("The model in *1.1 cannot be loaded: TimeoutException: the clock stands");

        _shelf.Doubling("1.2");
        watch.Look();
        watch.Look().Should().ContainSingle().Which.Version.Should().Be("1.2");
    }

    [Fact]
    public void A_card_that_cannot_be_read_is_told_since_it_may_be_one_of_this_model()
    {
        _shelf.Put("doubling-1.1", OnnxGraph.Doubling().ToBytes(), "name: doubling\nversion: [");
        _watch.Look();

        _watch.Look().Should().ContainSingle().Which.Refusal.Should().Match("*doubling-1.1*card.yaml:*");

        using var registry = ModelRegistry.OpenOnly("doubling", _shelf.Path, new ModelOptions());
        registry.Refused.Should().ContainSingle().Which.Directory.Should().EndWith("doubling-1.1");
        registry.Find("doubling").Current.Card.Version.Should().Be("1.0");
    }

    [Fact]
    public void Another_model_is_not_looked_at()
    {
        _shelf.Doubling(name: "tripling");
        _watch.Look();

        _watch.Look().Should().BeEmpty();
        FluentActions.Invoking(() => ModelRegistry.OpenOnly("nobody", _shelf.Path, new ModelOptions())).Should().Throw<ModelException>().WithMessage("There is no model 'nobody' in '*'; there are doubling, tripling.");
    }
}
