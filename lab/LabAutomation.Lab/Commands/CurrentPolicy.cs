using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Lab.Commands;

/// <summary>The policy as its configuration file has it now. One that cannot be read allows nothing until it can.</summary>
internal sealed class CurrentPolicy
{
    private readonly Lock _lock = new();
    private readonly CurrentSettings _settings;
    private readonly Func<LabPolicy, LabPolicy> _narrow;
    private SettingsReading _seen;
    private LabPolicy _policy;

    /// <param name="narrow">What of it holds here.</param>
    /// <exception cref="LabException">The file cannot be read.</exception>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public CurrentPolicy(CurrentSettings settings, Func<LabPolicy, LabPolicy>? narrow = null)
    {
        (_settings, _narrow, _seen) = (settings, narrow ?? (policy => policy), settings.Reading);
        _policy = Of(settings.Now);
    }

    /// <summary>The same object as long as nothing has changed.</summary>
    public LabPolicy Now()
    {
        lock (_lock)
        {
            if (_settings.Reading is var reading && ReferenceEquals(reading, _seen)) return _policy;
            _seen = reading;
            try
            {
                return _policy = reading.Settings is { } settings ? Of(settings) : _policy with { Problem = reading.Problem };
            }
            catch (Exception error) when (error is LabException or OptionsValidationException)
            {
                return _policy = _policy with { Problem = error.Message };
            }
        }
    }

    private LabPolicy Of(Settings settings) => _narrow(settings.Policy);
}
