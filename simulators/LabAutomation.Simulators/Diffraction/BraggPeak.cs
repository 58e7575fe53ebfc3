namespace LabAutomation.Simulators.Diffraction;

/// <summary>A reflection on the detector.</summary>
/// <param name="X">Pixels, to the right; whole numbers are the middles of pixels.</param>
/// <param name="Y">Pixels, downwards.</param>
/// <param name="Photons">Expected in all pixels together.</param>
/// <param name="Width">Standard deviation in pixels.</param>
public readonly record struct BraggPeak(double X, double Y, double Photons, double Width);
