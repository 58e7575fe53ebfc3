using LabAutomation.Benchmarks.Reactor;
using LabAutomation.Hosting;
using LabAutomation.Instruments;
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
        var policy = _policies.Find("reactor-policy");

        foreach (var (name, seconds, setPoint) in LoadProfiles.All)
        {
            var followed = FollowedLoad.Play(policy, seconds, setPoint, seed: 7);

            followed.Mean.Should().BeLessThanOrEqualTo(0.01, name);
            followed.Overridden.Should().BeLessThan(0.01, name);
            followed.Violation.Should().BeEmpty(name);
        }
    }

    [Theory]
    [InlineData("yardstick", "setting 'policy': Model 'yardstick' is no policy of a reactor: that has the inputs power[batch, 8]*and the output turn[batch, 1].")]
    [InlineData("nobody", "setting 'policy': There is no folder of models *nobody*")]
    public void A_model_that_is_no_policy_is_refused(string name, string message)
    {
        var finding = () => _policies.Find(name);

        finding.Should().Throw<DriverSettingsException>().WithMessage(message);
    }
}
