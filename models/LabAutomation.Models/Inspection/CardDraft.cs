using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace LabAutomation.Models;

/// <summary>Drafts the card of a model that has none: what its file says, what it gives for seeded inputs, and question marks where only a person knows.</summary>
public static class CardDraft
{
    private const int GoldenVectors = 2;

    /// <summary>Runs the model on the processor and writes a card. It is refused as a card until its question marks are answered.</summary>
    /// <param name="content">The .onnx file.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="lengths">Lengths of open dimensions at which it is tried, 1 unless given.</param>
    /// <param name="seed">Of the inputs.</param>
    /// <exception cref="ModelException">The file is cut off, is no ONNX file, or cannot be run.</exception>
    public static string Write(byte[] content, string name, IReadOnlyDictionary<string, int> lengths, int seed)
    {
        var file = OnnxFile.Read(content);
        if (file.HasExternalData) throw new ModelException("it keeps weights in files beside it; save it as one file");
        using var session = ModelSession.Open(content, file, new ModelOptions(), name);
        var shapes = DraftedShapes.Of(session, lengths);
        var random = new Random(seed);
        var golden = Enumerable.Range(1, GoldenVectors).Select(_ => DraftedRun.Of(session, shapes, random)).ToList();
        var yaml = new StringBuilder();
        Describe(yaml, file, content);
        Head(yaml, file, content, name, seed);
        Dimensions(yaml, shapes);
        Tensors(yaml, "inputs", shapes.Inputs, "[0, 1]           # what was tried here; write what the model is made for");
        var outputs = shapes.Outputs(golden[0]);
        Tensors(yaml, "outputs", outputs, "[-1e30, 1e30]    # write what is possible", "outside: flag");
        Golden(yaml, shapes, outputs, [.. golden.Where(run => run.Outputs.Values.All(values => values.All(float.IsFinite)))]);
        return yaml.ToString();
    }

    private static void Describe(StringBuilder yaml, OnnxFile file, byte[] content)
    {
        yaml.Append(CultureInfo.InvariantCulture, $"# Drafted from a file of {content.Length} bytes: graph '{Plain(file.Graph)}' by {(file.Producer.Length > 0 ? Plain(file.Producer) : "an unknown producer")}, IR {file.IrVersion}, ")
            .Append(CultureInfo.InvariantCulture, $"opset {Plain(string.Join(", ", file.Opsets.Select(opset => $"{opset.Key} {opset.Value}")))}, {file.WeightBytes} bytes of weights.\n")
            .Append(CultureInfo.InvariantCulture, $"# Operators: {Plain(string.Join(", ", file.Operators.Select(kind => $"{kind.Key} x {kind.Value}")))}.\n");
        foreach (var (key, value) in file.Metadata) yaml.Append(CultureInfo.InvariantCulture, $"# {Plain(key)}: {Plain(value)}\n");
        yaml.Append("# Answer every \"?\"; 'lab model check' refuses the card until then.\n");
    }

    private static void Head(StringBuilder yaml, OnnxFile file, byte[] content, string name, int seed) => yaml.Append($$"""
        name: {{Quoted(name)}}
        version: "1.0"
        licence: "?"
        description: "?"
        sensitivity: "?"        # {{string.Join(", ", Sensitivity.Labels)}}
        provenance:
          source: "?"           # the script that made it, or where it was published
          data: "?"             # what it was trained on
        {{(file.Opset is { } opset ? $"opset: {opset}\n" : "")}}sha256: {{Convert.ToHexStringLower(SHA256.HashData(content))}}
        # Golden vectors: inputs of seed {{seed}}.

        """.ReplaceLineEndings("\n"));

    private static void Dimensions(StringBuilder yaml, DraftedShapes shapes)
    {
        if (shapes.Lengths.Count == 0) return;
        yaml.Append("dimensions:\n");
        foreach (var (symbol, length) in shapes.Lengths)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {Quoted(symbol)}: {{ min: {(symbol == shapes.Batch ? 1 : length)}, max: {(symbol == shapes.Batch ? Math.Max(64, length) : length)} }}    # write for which lengths it is made\n");
        }

        if (shapes.Batch is { } batch) yaml.Append(CultureInfo.InvariantCulture, $"batch: {Quoted(batch)}\n");
    }

    private static void Tensors(StringBuilder yaml, string heading, IReadOnlyList<DraftedTensor> tensors, string range, string? more = null)
    {
        yaml.Append(CultureInfo.InvariantCulture, $"{heading}:\n");
        foreach (var tensor in tensors)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - name: {Quoted(tensor.Name)}\n    type: {tensor.Type}\n    shape: [{string.Join(", ", tensor.Shape.Select(Quoted))}]\n    unit: \"?\"\n    range: {(tensor.Type == "bool" ? "[0, 1]" : range)}\n");
            if (more is not null) yaml.Append(CultureInfo.InvariantCulture, $"    {more}\n");
        }
    }

    private static void Golden(StringBuilder yaml, DraftedShapes shapes, IReadOnlyList<DraftedTensor> outputs, List<DraftedRun> runs)
    {
        if (runs.Count == 0)
        {
            yaml.Append("golden: []                # for the inputs that were tried, some output is no finite number: write vectors with inputs that the model is made for\n");
            return;
        }

        yaml.Append("golden:                   # what this runtime gives; better are values known from elsewhere\n");
        for (var k = 0; k < runs.Count; k++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - name: seeded {k + 1}\n    tolerances: {{ {string.Join(", ", outputs.Select(tensor => $"{Quoted(tensor.Name)}: {Tolerance(tensor.Type, runs[k].Outputs[tensor.Name])}"))} }}\n");
            if (shapes.Lengths.Count > 0) yaml.Append(CultureInfo.InvariantCulture, $"    lengths: {{ {string.Join(", ", shapes.Lengths.Select(pair => $"{Quoted(pair.Key)}: {pair.Value}"))} }}\n");
            Values(yaml, "inputs", runs[k].Inputs);
            Values(yaml, "outputs", runs[k].Outputs);
        }
    }

    /// <summary>A ten-thousandth of the largest value; of 16-bit floats, which have three digits, four of their last places.</summary>
    private static string Tolerance(string type, float[] values)
    {
        var largest = values.Select(MathF.Abs).DefaultIfEmpty(0).Max();
        return MathF.Max(largest > 0 ? MathF.Min(1e-5f, largest / 100) : 1e-5f, (type == "float16" ? 4e-3f : 1e-4f) * largest).ToString("R", CultureInfo.InvariantCulture);
    }

    private static void Values(StringBuilder yaml, string heading, IReadOnlyDictionary<string, float[]> values)
    {
        yaml.Append(CultureInfo.InvariantCulture, $"    {heading}:\n");
        foreach (var (tensor, numbers) in values)
            yaml.Append(CultureInfo.InvariantCulture, $"      {Quoted(tensor)}: [{string.Join(", ", numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))}]\n");
    }

    private static string Quoted(string text) => text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') && char.IsAsciiLetterLower(text[0]) && text is not ("y" or "n" or "yes" or "no" or "on" or "off" or "true" or "false" or "null")
        ? text
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? text : $"\"{string.Concat(text.Select(Escaped))}\"";

    private static string Escaped(char letter) => letter is '\\' or '"' ? $"\\{letter}" : BreaksLine(letter) ? $"\\u{(int)letter:x4}" : $"{letter}";

    /// <summary>What a file says of itself stands in comments, and must not get out of them.</summary>
    private static string Plain(string text) => string.Concat(text.Select(letter => BreaksLine(letter) ? ' ' : letter));

    private static bool BreaksLine(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\ufeff';
}
