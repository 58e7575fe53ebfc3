using System.Globalization;
using System.Text.RegularExpressions;

namespace Akka.Event;

public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}

/// <summary>A log text with its arguments, put together by ToString.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    public string Format { get; }

    public abstract IEnumerable<object> Parameters();

    public abstract string Unformatted();
}

internal sealed class FormattedLogMessage(ILogMessageFormatter formatter, string format, object[] args) : LogMessage(formatter, format)
{
    public override IEnumerable<object> Parameters() => args;

    public override string Unformatted() => $"Format: {Format}, Params: {string.Join(", ", args)}";

    public override string ToString() => Formatter.Format(Format, args);
}

/// <summary>Fills {0} by position and {Name} in the order of appearance.</summary>
public sealed partial class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    private DefaultLogMessageFormatter()
    {
    }

    public string Format(string format, params object[] args) => string.Format(CultureInfo.CurrentCulture, Positional(format), args);

    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());

    private static string Positional(string format)
    {
        var next = 0;
        return NamedPlaceholder().Replace(format, match => match.Groups["name"].Success ? "{" + next++ : match.Value);
    }

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z_@$][^{},:]*)")]
    private static partial Regex NamedPlaceholder();
}
