using System.Globalization;
using System.Text.Json;
using LabAutomation.Lab.Display;
using LabAutomation.Models;

namespace LabAutomation.Lab.Commands;

/// <summary>What <c>lab model check</c> and <c>lab model bench</c> say.</summary>
internal static class ModelReport
{
    public static void Check(ModelRegistry registry, Terminal terminal, bool json)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { models = registry.Models.Select(Form), refused = registry.Refused }, JsonForms.Indented));
            return;
        }

        foreach (var model in registry.Models)
        {
            terminal.Out.WriteLine($"{model.Card.Name} {model.Card.Version}  {model.Device}  {Count(model.Card.Golden.Length, "golden vector")} passed, {Kibibytes(model)}, {model.Card.Sensitivity}, licence: {model.Card.Licence}");
            if (model.CpuNodes.Count > 0) terminal.Out.WriteLine($"  runs on the processor: {string.Join(", ", model.CpuNodes)}");
        }

        foreach (var refused in registry.Refused) terminal.Error.WriteLine($"lab: {refused.Reason}");
        terminal.Out.WriteLine($"{Count(registry.Models.Count, "model")} passed, {registry.Refused.Count} refused");
    }

    /// <summary>On standard error, since other programs read the answers: which version runs where, and what is there and is not used.</summary>
    public static void Opened(ModelRegistry registry, string name, Terminal terminal)
    {
        // Where there is no other, that one ends the program.
        var last = registry.Models.Count == 0 ? registry.Refused.FirstOrDefault(one => one.Name == name) : null;
        foreach (var refused in registry.Refused.Where(one => one != last)) terminal.Error.WriteLine($"lab: {refused.Reason}");
        var model = registry.Find(name).Current;
        terminal.Error.WriteLine($"lab: model {model.Card.Name} {model.Card.Version} on {model.Device}{(model.CpuNodes.Count > 0 ? $"; on the processor: {string.Join(", ", model.CpuNodes)}" : "")}");
    }

    public static void Bench(ModelRegistry registry, TimeSpan length, Terminal terminal, bool json, CancellationToken cancellation)
    {
        var all = registry.Models.Select(model => (Model: model, Speeds: Speeds(model, length, cancellation).ToList())).ToList();
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(all.Select(one => new { model = Form(one.Model), runs = one.Speeds }), JsonForms.Indented));
            return;
        }

        foreach (var (model, speeds) in all)
        {
            terminal.Out.WriteLine($"{model.Card.Name} {model.Card.Version} on {model.Device}, {Kibibytes(model)}");
            foreach (var speed in speeds)
                terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {speed.Rows,6} rows  median {speed.MedianMicroseconds,9:0.0} us  p99 {speed.P99Microseconds,9:0.0} us  {speed.RowsPerSecond,12:0} rows/s"));
        }
    }

    /// <summary>What a batcher did, in one line.</summary>
    /// <param name="unread">Lines that were refused before they reached it.</param>
    public static string Calls(BatcherFigures figures, long unread)
    {
        var outcomes = string.Join(", ", figures.Calls.Where(pair => pair.Value > 0).Select(pair => $"{pair.Value} {JsonNamingPolicy.CamelCase.ConvertName(pair.Key.ToString())}").Concat(unread > 0 ? [$"{unread} refused as no calls of this model"] : []).DefaultIfEmpty("none"));
        return string.Create(CultureInfo.InvariantCulture, $"lab: calls: {outcomes}; {Count((int)figures.Batches.Values.Sum(), "run")} of {figures.Rows} rows; queue p99 {figures.QueueP99.TotalMilliseconds:0.0} ms, run p99 {figures.ServiceP99.TotalMilliseconds:0.0} ms");
    }

    private static IEnumerable<ModelSpeed> Speeds(LoadedModel model, TimeSpan length, CancellationToken cancellation)
    {
        foreach (var rows in model.BatchRows)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Speed(model, rows, length);
        }
    }

    private static ModelSpeed Speed(LoadedModel model, int rows, TimeSpan length)
    {
        using var lease = model.Rent();
        var (time, binding, times) = (TimeProvider.System, lease.Model.Bind(rows), new List<double>());
        var began = time.GetTimestamp();
        do
        {
            var start = time.GetTimestamp();
            binding.Run();
            times.Add(time.GetElapsedTime(start).TotalMicroseconds);
        }
        while (time.GetElapsedTime(began) < length);
        var spent = time.GetElapsedTime(began).TotalSeconds;
        times.Sort();
        return new ModelSpeed(rows, times[times.Count / 2], times[(int)Math.Ceiling(0.99 * times.Count) - 1], rows * times.Count / spent);
    }

    private static object Form(LoadedModel model) => new
    {
        name = model.Card.Name,
        version = model.Card.Version,
        device = model.Device.ToString(),
        cpuNodes = model.CpuNodes,
        instances = model.Instances,
        memoryBytes = model.MemoryEstimate,
        sensitivity = model.Card.Sensitivity,
        licence = model.Card.Licence,
        directory = model.Directory,
    };

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static string Kibibytes(LoadedModel model) => $"about {Math.Max(1, model.MemoryEstimate / 1024)} KiB";
}
