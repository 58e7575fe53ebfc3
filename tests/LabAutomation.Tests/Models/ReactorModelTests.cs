using LabAutomation.Benchmarks.Reactor;
using LabAutomation.Hosting;
using LabAutomation.Instruments;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Models;
using Microsoft.Extensions.Options;

namespace LabAutomation.Tests.Models;

/// <summary>The short form of the benchmark `reactor`: the models that models/training/reactor.py made, on the plant.</summary>
public sealed class ReactorModelTests : IDisposable
{
    private readonly DrumPolicies _policies = new(Options.Create(new ModelHostOptions()));

    public void Dispose() => _policies.Dispose();

    [Fact]
    public void The_trained_policy_follows_each_profile_within_one_percent_and_is_let_alone()
    {
        var policy = _policies.Find("reactor-policy@1.0").Propose;

        foreach (var (name, seconds, setPoint) in LoadProfiles.All)
        {
            var followed = FollowedLoad.Play(policy, seconds, setPoint, seed: 7);

            followed.Mean.Should().BeLessThanOrEqualTo(0.01, name);
            followed.Overridden.Should().BeLessThan(0.01, name);
            followed.Violation.Should().BeEmpty(name);
        }
    }

    [Fact]
    public void What_is_outside_the_policy_s_range_and_what_it_refuses_comes_with_its_proposal()
    {
        var policy = _policies.Find("reactor-policy");
        var view = new FollowingView(_ => 0.9);

        view.Take(new ReactorReadings([0.9], [1100], [1100], [77.8]), 0);
        var usual = policy.Propose(view);
        view.Take(new ReactorReadings([0.9], [700], [1100], [77.8]), 1);
        var cold = policy.Propose(view);
        view.Take(new ReactorReadings([double.NaN], [1100], [1100], [77.8]), 2);
        var blind = policy.Propose(view);

        policy.Name.Should().MatchRegex("^reactor-policy 1.0 on cpu \\(SHA-256 [0-9a-f]{64}\\)$");
        usual.Doubt.Should().BeNull();
        (double.IsFinite(cold.Rate), cold.Doubt).Should().Be((true, "'fuel'[0] is 700 K; the card allows 800 to 1200 K"));
        (blind.Rate, blind.Doubt).Should().Be((double.NaN, "Model 'reactor-policy' 1.0: 'power'[0] is NaN 1; the card allows 0 to 2 1."));
    }

    [Theory]
    [InlineData("power", "\"1\"", "%", "'power' is in %; it has to be in 1, a multiple of the rated power.")]
    [InlineData("turn", "deg/s", "rad/s", "'turn' is in rad/s; it has to be in deg/s.")]
    [InlineData("fuel", "K", "Cel", "'fuel' is in Cel; it has to be in K.")]
    public void A_policy_in_other_units_is_refused(string tensor, string unit, string other, string message)
    {
        using var shelf = new ModelShelf();
        var shipped = Path.Combine(AppContext.BaseDirectory, "models", "reactor-policy");
        var card = File.ReadAllText(Path.Combine(shipped, ModelArtifact.CardFile));
        var (from, changed) = (card.IndexOf($"name: {tensor}\n", StringComparison.Ordinal), $"unit: {unit}");
        var at = card.IndexOf(changed, from, StringComparison.Ordinal);
        shelf.Put("policy", File.ReadAllBytes(Path.Combine(shipped, ModelArtifact.ModelFile)), $"{card[..at]}unit: \"{other}\"{card[(at + changed.Length)..]}");
        using var policies = new DrumPolicies(Options.Create(new ModelHostOptions { Folder = shelf.Path }));

        var finding = () => policies.Find("reactor-policy");

        finding.Should().Throw<DriverSettingsException>().WithMessage($"setting 'policy': Model 'reactor-policy' is no policy of a reactor: {message}");
    }

    [Theory]
    [InlineData("yardstick", "setting 'policy': Model 'yardstick' is no policy of a reactor: that has the inputs power[batch, 8]*and the output turn[batch, 1].")]
    [InlineData("nobody", "setting 'policy': There is no model 'nobody' in *; there are bragg-peaks, *reactor-policy*")]
    [InlineData("reactor-policy@7", "setting 'policy': Model 'reactor-policy' 7 is not loaded; there are 1.0.")]
    public void A_model_that_is_no_policy_is_refused(string name, string message)
    {
        var finding = () => _policies.Find(name);

        finding.Should().Throw<DriverSettingsException>().WithMessage(message);
    }
}
