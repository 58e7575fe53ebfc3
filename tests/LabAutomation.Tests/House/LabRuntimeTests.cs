using System.Text.Json;

namespace LabAutomation.Tests.House;

/// <summary>What the lab program asks of the runtime: a property that is spelt otherwise is none, and says nothing.</summary>
public sealed class LabRuntimeTests
{
    [Theory]
    [InlineData("System.GC.Server", "true")]
    [InlineData("System.Runtime.TieredPGO", "false")]
    [InlineData("System.Threading.ThreadPool.MinThreads", "32")]
    public void The_program_runs_with_what_its_project_says(string key, string value)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "lab.runtimeconfig.json")));

        file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty(key).GetRawText().Should().Be(value);
    }
}
