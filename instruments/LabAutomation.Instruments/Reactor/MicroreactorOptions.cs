using System.Text.RegularExpressions;

namespace LabAutomation.Instruments.Reactor;

/// <summary>Settings of a microreactor's console.</summary>
/// <param name="Policy">Makes who steers in <c>follow</c>, anew for each run.</param>
internal sealed partial record MicroreactorOptions(Func<SteeringModel> Policy)
{
    /// <param name="policies">The policy of a model, by its name; null where this program loads none.</param>
    public static MicroreactorOptions From(DriverSettings settings, Func<string, SteeringModel>? policies)
    {
        settings.AllowOnly("policy", "stuck-power-channels");
        settings.Whole("stuck-power-channels", 0, 3, 0);
        var name = settings.Text("policy", text => Name().IsMatch(text), "the name of a model, with @ and its version where it matters", "");
        if (name.Length == 0) return new MicroreactorOptions(() => new SteeringModel("the built-in controller", new LoadFollower().Propose));
        if (policies is null) throw new DriverSettingsException($"driver '{settings.Family}': setting 'policy' names the model '{name}', and this program loads no models");
        var policy = policies(name);
        return new MicroreactorOptions(() => policy);
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(@[A-Za-z0-9][A-Za-z0-9_.+-]{0,31})?$")]
    private static partial Regex Name();
}
