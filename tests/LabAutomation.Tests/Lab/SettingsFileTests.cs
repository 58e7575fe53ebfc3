using LabAutomation.Lab;
using LabAutomation.Tests.House;

namespace LabAutomation.Tests.Lab;

/// <summary>A lab's file that is no JSON is told with the place of the fault.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly (Terminal Terminal, StringWriter Out, StringWriter Error) _seen = Terminals.Captured();
    private readonly string _folder = Directory.CreateTempSubdirectory("settings").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("drive", "FILE")]
    [InlineData("instruments", "--config", "FILE")]
    public async Task A_missing_comma_is_told_with_file_line_and_column(params string[] arguments)
    {
        var file = Path.Combine(_folder, "drive.json");
        File.WriteAllText(file, "{\n  \"Lab\": { \"Site\": \"bench-1\" }\n  \"Broker\": { }\n}\n");

        (await LabProgram.RunAsync([.. arguments.Select(argument => argument == "FILE" ? file : argument)], _seen.Terminal)).Should().Be((int)ExitCode.Configuration);

        _seen.Error.ToString().Should().StartWith($"lab: '{file}' cannot be read: line 3, column 3: ").And.NotContain("LineNumber");
    }
}
