using LabAutomation.Agents.Reasoning;
using LabAutomation.Hosting;
using Microsoft.Extensions.Options;

namespace LabAutomation.Lab.Commands;

/// <summary>The policy as its configuration file has it now: it is read again when the file has changed. One that cannot be read allows nothing until it can.</summary>
internal sealed class CurrentPolicy
{
    private readonly Lock _lock = new();
    private readonly Func<Settings> _read;
    private readonly Func<LabPolicy, LabPolicy> _narrow;
    private readonly string _file;
    private (DateTime, long) _seen;
    private LabPolicy _policy;

    /// <param name="read">The configuration anew.</param>
    /// <param name="settings">As it was read first.</param>
    /// <param name="narrow">What of it holds here.</param>
    /// <exception cref="OptionsValidationException">A value is wrong.</exception>
    public CurrentPolicy(Func<Settings> read, Settings settings, Func<LabPolicy, LabPolicy>? narrow = null)
    {
        (_read, _file, _narrow) = (read, settings.File, narrow ?? (policy => policy));
        _seen = Stamp();
        _policy = Of(settings);
    }

    /// <summary>The same object as long as nothing has changed.</summary>
    public LabPolicy Now()
    {
        lock (_lock)
        {
            if (Stamp() is var stamp && stamp == _seen) return _policy;
            _seen = stamp;
            try
            {
                return _policy = Of(_read());
            }
            catch (Exception error) when (error is LabException or OptionsValidationException or IOException or UnauthorizedAccessException)
            {
                return _policy = _policy with { Problem = error.Message };
            }
        }
    }

    private LabPolicy Of(Settings settings) => _narrow(settings.Options<PolicyOptions>().ToPolicy());

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(_file.Length == 0 ? "." : _file);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
