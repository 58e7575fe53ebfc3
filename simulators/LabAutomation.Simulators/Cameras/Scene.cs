using System.Text;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Cameras;

/// <summary>
/// What the camera sees: a bright disc on a background that gets lighter to the right. Grey values of 8 bits are proportional to the exposure
/// with shot noise and saturate at 255. Noise follows from the seed and the picture's number.
/// </summary>
internal static class Scene
{
    public const int Width = 160;
    public const int Height = 120;

    /// <summary>A binary graymap, with the comment that many programs write into one.</summary>
    public static byte[] Draw(long seed, long number, double exposure)
    {
        var noise = new SeededNoise(seed, "camera", number);
        var head = Encoding.ASCII.GetBytes($"P5\n# simulated\n{Width} {Height}\n255\n");
        var bytes = new byte[head.Length + (Width * Height)];
        head.CopyTo(bytes, 0);
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var light = Light(x, y) * exposure / 20;
                bytes[head.Length + (y * Width) + x] = (byte)Math.Clamp(Math.Round(light + (0.5 * Math.Sqrt(light) * noise.Normal())), 0, 255);
            }
        }

        return bytes;
    }

    /// <summary>Grey value after 20 ms, without noise.</summary>
    public static double Light(int x, int y)
    {
        var isDisc = Math.Pow(x - (Width / 2), 2) + Math.Pow(y - (Height / 2), 2) <= 900;
        return 30 + (40.0 * x / Width) + (isDisc ? 120 : 0);
    }
}
