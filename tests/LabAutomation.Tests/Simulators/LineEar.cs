using System.Text;

namespace LabAutomation.Tests.Simulators;

internal static class LineEar
{
    /// <summary>What has arrived, byte for byte as Latin-1; empty if nothing.</summary>
    public static string Hear(this Stream line)
    {
        var (heard, buffer) = (new StringBuilder(), new byte[4096]);
        while (true)
        {
            using var now = new CancellationTokenSource();
            var read = line.ReadAsync(buffer, now.Token).AsTask();
            now.Cancel();
            try
            {
                var count = read.GetAwaiter().GetResult();
                if (count == 0) return heard.ToString();
                heard.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
            catch (OperationCanceledException)
            {
                return heard.ToString();
            }
        }
    }

    public static string Ask(this Stream line, string text)
    {
        line.Write(Encoding.Latin1.GetBytes(text));
        return line.Hear();
    }
}
